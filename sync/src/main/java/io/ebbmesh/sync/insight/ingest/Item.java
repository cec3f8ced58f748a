package io.ebbmesh.sync.insight.ingest;

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
  final SeqRanges seqs;
  Step step = Step.RECEIVED;
  @Nullable Decoded decoded;
  boolean countsAsDecoded;

  Item(long id, Frame.BlockPush push) {
    this.id = id;
    this.frame = push;
    this.seqs = SeqRanges.of(push.seqs());
  }

  Item(long id, Frame.LossDeclared declared) {
    this.id = id;
    this.frame = declared;
    this.seqs = declared.loss().ranges();
    this.step = Step.READY;
  }

  int creditBytes() {
    return frame instanceof Frame.BlockPush push ? push.block().length : 0;
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
    return step != Step.RECEIVED && step != Step.DECODING && !(decoded instanceof Decoded.TooNew);
  }

  Change change(LaneKey lane, SeqRanges expected) {
    if (frame instanceof Frame.LossDeclared declared) {
      return new DeclareLost(lane, expected, declared.loss());
    }
    Frame.BlockPush push = (Frame.BlockPush) frame;
    if (decoded instanceof Decoded.Good good) {
      return new StoreBlock(
          lane, expected, push.seqs(), good.base(), good.digest(), good.insights());
    }
    if (decoded instanceof Decoded.Damaged damaged) {
      return new Quarantine(lane, expected, push.seqs(), push.block(), damaged.problem());
    }
    throw new IllegalStateException("block " + push.seqs() + " is not decoded");
  }
}
