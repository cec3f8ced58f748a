package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a stopped outbox holds; see {@link StoppedOutbox}.
 *
 * @param identity null if the store was never opened by an outbox, or its identity is damaged
 * @param lanes that have ever accepted an insight, in the order of {@link Lane}
 * @param problems what was found damaged; what the next opening will report again
 */
public record OutboxReport(
    @Nullable StoreIdentity identity, List<LaneReport> lanes, List<OutboxProblem> problems) {

  public OutboxReport {
    lanes = List.copyOf(lanes);
    problems = List.copyOf(problems);
  }

  /** Whether insights may be gone that no lane counts. */
  public boolean hidesInsights() {
    return problems.stream().anyMatch(OutboxProblem::hides);
  }

  /** How many problems of which kind, and what they cost; empty if there are none. */
  public String problemSum() {
    if (problems.isEmpty()) {
      return "";
    }
    TreeMap<String, Long> kinds = new TreeMap<>();
    problems.forEach(problem -> kinds.merge(problem.kind(), 1L, Long::sum));
    StringJoiner sum = new StringJoiner(", ");
    kinds.forEach((kind, count) -> sum.add(count + " " + kind));
    long lost =
        lanes.stream()
            .flatMap(lane -> lane.unacknowledgedLosses().stream())
            .filter(loss -> loss.reason() == LossReason.DAMAGED)
            .mapToLong(loss -> loss.ranges().count())
            .sum();
    return String.format(
        Locale.ROOT,
        "problems found: %d (%s); %d insights are declared lost as damaged that the hub has not"
            + " been told of",
        problems.size(),
        sum,
        lost);
  }

  /**
   * One lane. The books balance: {@code acknowledged + lost + heldInsights = nextSeq - 1}.
   *
   * @param nextSeq the highest accepted sequence number is one less
   * @param acknowledged what the hub holds
   * @param lost what was declared lost, or will be at the next opening
   * @param unacknowledgedLosses loss records that the hub does not hold yet
   * @param heldInsights the backlog, counted in the blocks
   * @param heldBlocks blocks of the backlog
   * @param heldBytes bytes of these blocks
   * @param oldestHeld lowest sequence number of the backlog; 0 if there is none
   * @param sources sources whose position is known
   * @param totals since the first block
   */
  public record LaneReport(
      Lane lane,
      long nextSeq,
      SeqRanges acknowledged,
      SeqRanges lost,
      List<LossRecord> unacknowledgedLosses,
      long heldInsights,
      int heldBlocks,
      long heldBytes,
      long oldestHeld,
      int sources,
      LaneTotals totals) {

    public LaneReport {
      unacknowledgedLosses = List.copyOf(unacknowledgedLosses);
    }

    static LaneReport of(Lane lane, LaneSnapshot state) {
      LaneSnapshot.Blocks blocks = state.blocks();
      long bytes = 0;
      for (int length : blocks.lengths()) {
        bytes += length;
      }
      return new LaneReport(
          lane,
          state.nextSeq(),
          state.acknowledged(),
          state.lost(),
          state.losses(),
          LaneState.of(state, Math.max(1, state.sources().size())).books(lane).pending(),
          blocks.size(),
          bytes,
          blocks.size() == 0 ? 0 : blocks.firsts()[0],
          state.sources().size(),
          state.totals());
    }
  }
}
