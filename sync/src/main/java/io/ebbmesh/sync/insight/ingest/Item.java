package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.DeclareLost;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import org.jspecify.annotations.Nullable;

/** One pushed block or loss record on its way to the store. */
final class Item {

  /** How far it is. */
  enum Step {
    RECEIVED,
    DECODING,
    READY,
    SUBMITTED,
    /** Nothing is left to do for it, but what makes that true may not be durable yet. */
    PLANNED
  }

  final long id;
  final Frame frame;

  /** What of the frame is the lane's: all of it, or the part below or from a fork point on. */
  final SeqRanges seqs;

  private final int creditBytes;
  private final @Nullable Item after;
  Step step = Step.RECEIVED;
  @Nullable Decoded decoded;
  SeqRanges conflicts = SeqRanges.EMPTY;
  boolean countsAsDecoded;
  boolean done;

  /**
   * @param part of the block's numbers
   * @param creditBytes given back with it
   */
  Item(long id, Frame.BlockPush push, SeqRange part, int creditBytes) {
    this.id = id;
    this.frame = push;
    this.seqs = SeqRanges.of(part);
    this.creditBytes = creditBytes;
    this.after = null;
  }

  /**
   * @param part of the record's numbers
   * @param after has to be durable first: with its own number the whole record is acknowledged
   */
  Item(long id, Frame.LossDeclared declared, SeqRanges part, @Nullable Item after) {
    this.id = id;
    this.frame = declared;
    this.seqs = part;
    this.creditBytes = 0;
    this.after = after;
    this.step = Step.READY;
  }

  /** What a loss record says of an ancestor, under a number that no record of its own has. */
  static Item ofAncestor(
      long id, Frame.LossDeclared declared, SeqRanges part, @Nullable Item after) {
    LossRecord loss = declared.loss();
    LossRecord ofAncestor =
        new LossRecord(
            loss.lane(),
            -loss.id(),
            part,
            loss.reason(),
            loss.declaredAtWallMillis(),
            loss.sketch());
    return new Item(id, new Frame.LossDeclared(ofAncestor), part, after);
  }

  int creditBytes() {
    return creditBytes;
  }

  /** Insights that it may keep in memory once it is decoded. */
  long insights() {
    return frame instanceof Frame.BlockPush ? seqs.count() : 0;
  }

  long lossId() {
    return frame instanceof Frame.LossDeclared declared ? declared.loss().id() : 0;
  }

  /** Whether the store needs nothing of it, given what it holds. */
  boolean isCoveredBy(SeqRanges held, long heldLossId) {
    // A loss record is kept even if nothing of it counts: the node waits for its number.
    return lossId() <= heldLossId && seqs.minus(held).isEmpty();
  }

  /** Whether it can be submitted, or needs not be. */
  boolean isPastDecoding() {
    return step != Step.RECEIVED
        && step != Step.DECODING
        && !(decoded instanceof Decoded.TooNew)
        && (after == null || after.done);
  }

  /** Whether the store has nothing to do for it, once everything planned is durable. */
  boolean isSettledBy(SeqRanges planned, long heldLossId) {
    // A block that is whole is compared with what is stored, however often it comes.
    return isCoveredBy(planned, heldLossId) && !(decoded instanceof Decoded.Good);
  }

  Change change(LaneKey lane, SeqRanges expected) {
    if (frame instanceof Frame.LossDeclared declared) {
      return new DeclareLost(lane, expected, declared.loss(), seqs);
    }
    Frame.BlockPush push = (Frame.BlockPush) frame;
    SeqRange part = seqs.ranges().get(0);
    if (decoded instanceof Decoded.Good good) {
      int from = Math.toIntExact(part.first() - push.seqs().first());
      return new StoreBlock(
          lane,
          expected,
          part,
          good.base(),
          good.digest(),
          good.insights().subList(from, from + Math.toIntExact(part.count())),
          push.block(),
          push.backfilled());
    }
    if (decoded instanceof Decoded.Damaged damaged) {
      return new Quarantine(lane, expected, part, push.block(), damaged.problem());
    }
    throw new IllegalStateException("block " + push.seqs() + " is not decoded");
  }
}
