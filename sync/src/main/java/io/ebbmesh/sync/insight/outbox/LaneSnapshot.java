package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import java.util.List;

/**
 * A {@link LaneState} at one event, as it is written to the snapshot store: counters and index, no
 * payload.
 *
 * @param eventNr number of the last event in it
 * @param nextSeq sequence number of the next insight
 * @param acknowledged what the hub holds
 * @param lost what was declared lost
 * @param lossId highest loss record that the hub holds
 * @param losses records that it does not hold yet, in ascending id
 * @param sources where sources stand, least recently used first
 * @param blocks index of held blocks
 * @param totals since the first block
 * @param largestBlock most insights that a block ever had
 * @param trimFloor number of the last {@link LaneEvent.Trimmed}; 0 if none
 * @param folds numbers of {@link LaneEvent.RangeFolded} that are not moved yet, ascending
 */
public record LaneSnapshot(
    long eventNr,
    long nextSeq,
    SeqRanges acknowledged,
    SeqRanges lost,
    long lossId,
    List<LossRecord> losses,
    List<SourceHead> sources,
    Blocks blocks,
    LaneTotals totals,
    int largestBlock,
    long trimFloor,
    List<Long> folds) {

  /** Columns of the block index, one entry per block, ascending; not written to. */
  public record Blocks(long[] firsts, int[] counts, long[] eventNrs, int[] lengths) {
    public int size() {
      return firsts.length;
    }
  }

  public LaneSnapshot {
    losses = List.copyOf(losses);
    sources = List.copyOf(sources);
    folds = List.copyOf(folds);
  }
}
