package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import java.util.ArrayList;
import java.util.List;

/** Works out what a lane has to give up, and words it. */
final class Losses {

  private static final byte[] NO_SKETCH = {};

  private Losses() {}

  /**
   * @param id number of the event, which outlives damage to any other
   */
  static RangeDeclaredLost damaged(Lane lane, long id, SeqRanges ranges, long wallMillis) {
    return new RangeDeclaredLost(
        new LossRecord(lane, id, ranges, LossReason.DAMAGED, wallMillis, NO_SKETCH));
  }

  /** At most {@code atMost} insights from {@code firstSeq} on. */
  private static RangeDeclaredLost tornTail(
      Lane lane, long id, long firstSeq, long atMost, long wallMillis) {
    SeqRanges ranges = SeqRanges.of(new SeqRange(firstSeq, firstSeq + atMost - 1));
    return new RangeDeclaredLost(
        new LossRecord(lane, id, ranges, LossReason.TORN_TAIL, wallMillis, NO_SKETCH));
  }

  /**
   * Numbers that must not be used again: of events that the journal counts and cannot read, with no
   * block after them, only the most that may have been in them is known.
   *
   * @param highestEventNr that the journal counts
   * @param maxBlockInsights most insights that a block of this program has
   */
  static long burnt(LaneState state, long highestEventNr, int maxBlockInsights) {
    return state.unread(highestEventNr) * Math.max(maxBlockInsights, state.largestBlock());
  }

  /**
   * What recovery did not find: holes, which are damaged for certain, and {@code burnt} numbers.
   */
  static List<LaneEvent> declarations(
      Lane lane, LaneState state, long highestEventNr, long burnt, long wallMillis) {
    List<LaneEvent> declared = new ArrayList<>();
    long id = highestEventNr + 1;
    SeqRanges missing = state.missing();
    if (!missing.isEmpty()) {
      declared.add(damaged(lane, id++, missing, wallMillis));
    }
    if (burnt > 0) {
      declared.add(tornTail(lane, id, state.nextSeq(), burnt, wallMillis));
    }
    return declared;
  }
}
