package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.util.List;

/**
 * What the log of a lane remembers. The byte form is in {@code sync.codec}, its manifests frozen.
 */
public sealed interface LaneEvent {

  /** An event that carries a block; what the uplink finds in the journal. */
  sealed interface HoldsBlock extends LaneEvent {

    /** Sequence numbers in the block. */
    SeqRange seqs();

    /** The block as it goes on the wire; not to be written to. */
    byte[] block();
  }

  /**
   * Highest position of one source in a block.
   *
   * @param source names the producer's log
   * @param position its highest position in the block
   * @param seq sequence number of the insight with that position
   */
  record SourceHead(String source, long position, long seq) {}

  /**
   * Insights were accepted.
   *
   * @param sources one entry for each source in the block, so that recovery need not decode it
   */
  record BlockAppended(SeqRange seqs, byte[] block, List<SourceHead> sources)
      implements HoldsBlock {
    public BlockAppended {
      sources = List.copyOf(sources);
    }
  }

  /** Neighbouring blocks that fill {@code seqs} exactly were replaced by one. */
  record BlocksMerged(SeqRange seqs, byte[] block) implements HoldsBlock {}

  /**
   * The hub holds these.
   *
   * @param lossId highest loss record that it holds; 0 if none
   */
  record Acknowledged(SeqRanges held, long lossId) implements LaneEvent {}

  /** Sequence numbers were given up. The id of the record is the number of this event. */
  record RangeDeclaredLost(LossRecord loss) implements LaneEvent {}

  /**
   * Sequence numbers were given up, and summed up in aggregates that the lane of aggregates has
   * still to take: both or neither is remembered.
   *
   * @param aggregates a block of the lane of aggregates, numbered from 1; not to be written to
   */
  record RangeFolded(LossRecord loss, byte[] aggregates) implements LaneEvent {}

  /** The aggregates of the {@link RangeFolded} with this number are durable in their lane. */
  record FoldMoved(long eventNr) implements LaneEvent {}

  /**
   * Events below this one that hold nothing any more may be deleted. Carries everything that they
   * said, so that recovery from here on needs none of them.
   *
   * @param nextSeq as of this event
   * @param acknowledged all that was ever acknowledged
   * @param lost all that was ever declared lost
   * @param lossId highest loss record that the hub holds
   * @param totals as of this event
   * @param losses records that the hub does not hold yet, in ascending id
   * @param folds numbers of {@link RangeFolded} that are not moved yet, ascending
   */
  record Trimmed(
      long nextSeq,
      SeqRanges acknowledged,
      SeqRanges lost,
      long lossId,
      LaneTotals totals,
      List<LossRecord> losses,
      List<Long> folds)
      implements LaneEvent {
    public Trimmed {
      losses = List.copyOf(losses);
      folds = List.copyOf(folds);
    }
  }
}
