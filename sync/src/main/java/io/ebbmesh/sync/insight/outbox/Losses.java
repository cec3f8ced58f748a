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

  /** What a record and each of its ranges take in an event, at most. */
  private static final long RECORD_BYTES = 64;

  private static final long RANGE_BYTES = 24;

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
   * What a step of relief gave up. As long as few losses wait for the hub each is a record of its
   * own that tells what was in it; then each takes in the one before it that tells as little: all
   * of them together are written with each trim, in one event.
   *
   * @param told the record of its own
   * @param waiting what the hub does not hold yet
   */
  static LossRecord givenUp(LossRecord told, List<LossRecord> waiting, OutboxSettings settings) {
    long bytes = bytes(told);
    for (LossRecord loss : waiting) {
      bytes += bytes(loss);
    }
    if (waiting.size() < settings.budget().sketchedLosses()
        && bytes <= settings.maxBlockBytes() / 4) {
      return told;
    }
    SeqRanges ranges = told.ranges();
    for (LossRecord loss : waiting) {
      if (loss.reason() == told.reason() && loss.sketch().length == 0) {
        SeqRanges both = ranges.plus(loss.ranges());
        ranges = both.ranges().size() <= LossRecord.MAX_RANGES ? both : ranges;
      }
    }
    return new LossRecord(
        told.lane(), told.id(), ranges, told.reason(), told.declaredAtWallMillis(), NO_SKETCH);
  }

  private static long bytes(LossRecord loss) {
    return RECORD_BYTES + RANGE_BYTES * loss.ranges().ranges().size() + loss.sketch().length;
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
