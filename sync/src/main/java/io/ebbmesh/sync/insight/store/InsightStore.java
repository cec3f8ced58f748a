package io.ebbmesh.sync.insight.store;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Fork;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.BootTime;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where the hub keeps insights. The cursor row is the only truth about what is held; rows and
 * cursor move in one durable transaction, by compare-and-set. A stage fails if the store cannot say
 * that the transaction is durable; the caller then re-reads the cursor.
 */
public interface InsightStore extends AutoCloseable {

  /** Whose numbers. */
  record LaneKey(NodeId node, Incarnation incarnation, Lane lane) {}

  /**
   * What one lane of one incarnation has at the hub; the sets are disjoint.
   *
   * @param held everything that is acknowledged: stored, quarantined and declared lost
   * @param declaredLost of these, what the node gave up
   * @param quarantined of these, what arrived damaged
   * @param lossId highest loss record held
   */
  record Cursor(SeqRanges held, SeqRanges declaredLost, SeqRanges quarantined, long lossId) {
    public static final Cursor EMPTY =
        new Cursor(SeqRanges.EMPTY, SeqRanges.EMPTY, SeqRanges.EMPTY, 0);

    /** What of {@code seqs} is not held yet. */
    public SeqRanges missing(SeqRange seqs) {
      return held.isEmpty() ? SeqRanges.of(seqs) : SeqRanges.of(seqs).minus(held);
    }

    /** This cursor after {@code seqs} were stored. */
    public Cursor afterStore(SeqRange seqs) {
      return new Cursor(held.plus(seqs), declaredLost, quarantined, lossId);
    }

    /** This cursor after what is missing of {@code seqs} was quarantined. */
    public Cursor afterQuarantine(SeqRange seqs) {
      return new Cursor(held.plus(seqs), declaredLost, quarantined.plus(missing(seqs)), lossId);
    }

    /** This cursor after a loss record; what is held stays what it is. */
    public Cursor afterLoss(DeclareLost lost) {
      return new Cursor(
          held.plus(lost.own()),
          declaredLost.plus(lost.own().minus(held)),
          quarantined,
          Math.max(lossId, lost.loss().id()));
    }
  }

  /** A change to one lane; it applies only if the lane's {@code held} still is {@code expected}. */
  sealed interface Change {
    LaneKey lane();

    SeqRanges expected();
  }

  /**
   * Stores the insights of a block that are not held yet. One that is stored already is compared:
   * if it is another one, the stored one stays, and the bytes are kept beside the quarantined. Of a
   * node whose store parted, a reading that another incarnation brought is not stored again under a
   * new number.
   *
   * @param insights one per sequence number of {@code seqs}
   * @param bytes of the whole block; empty if they are not to be kept
   * @param backfilled as its node said: history, which live views need not show
   */
  record StoreBlock(
      LaneKey lane,
      SeqRanges expected,
      SeqRange seqs,
      BootTime base,
      Digest digest,
      List<Insight> insights,
      byte[] bytes,
      boolean backfilled)
      implements Change {

    public StoreBlock(
        LaneKey lane,
        SeqRanges expected,
        SeqRange seqs,
        BootTime base,
        Digest digest,
        List<Insight> insights) {
      this(lane, expected, seqs, base, digest, insights, new byte[0], false);
    }
  }

  /** Keeps the bytes of a damaged block and counts its range as held. */
  record Quarantine(LaneKey lane, SeqRanges expected, SeqRange seqs, byte[] bytes, String problem)
      implements Change {}

  /**
   * Records a loss; numbers that are already held stay what they are.
   *
   * @param own those of its numbers that this incarnation names; an ancestor names the others
   */
  record DeclareLost(LaneKey lane, SeqRanges expected, LossRecord loss, SeqRanges own)
      implements Change {

    public DeclareLost(LaneKey lane, SeqRanges expected, LossRecord loss) {
      this(lane, expected, loss, loss.ranges());
    }
  }

  /**
   * What became of a change.
   *
   * @param applied false if {@code expected} was not the truth
   * @param cursor the truth now
   * @param conflicts numbers of a block under which another insight is stored
   * @param repeated numbers of a block that count as stored, whose reading is stored under another
   */
  record Outcome(boolean applied, Cursor cursor, SeqRanges conflicts, SeqRanges repeated) {

    public Outcome(boolean applied, Cursor cursor) {
      this(applied, cursor, SeqRanges.EMPTY, SeqRanges.EMPTY);
    }
  }

  /**
   * What became of a hello.
   *
   * @param fork present if the hello was not recorded
   * @param cursors of all lanes of its incarnation; one that is not named holds nothing
   * @param held per lane, everything that is acknowledged: with a fork of the incarnation, else of
   *     its ancestors too, below their fork points
   */
  record HelloOutcome(Optional<Fork> fork, Map<Lane, Cursor> cursors, Map<Lane, SeqRanges> held) {

    /**
     * What a hello comes to.
     *
     * @param known the lineage that was recorded last for its incarnation
     * @param cursors of {@link Greeting#incarnations}; one that is not named holds nothing
     */
    public static HelloOutcome of(
        Lineage known, Map<Incarnation, Map<Lane, Cursor>> cursors, Greeting told) {
      Map<Lane, Cursor> own = cursors.getOrDefault(told.incarnation(), Collections.emptyMap());
      Map<Lane, SeqRanges> held = new EnumMap<>(Lane.class);
      own.forEach((lane, cursor) -> held.put(lane, cursor.held()));
      Optional<Fork> fork = Fork.between(known, held, told.lineage());
      return new HelloOutcome(fork, own, fork.isPresent() ? held : told.held(cursors));
    }
  }

  /** Cursors of all lanes of an incarnation; a lane that is not named holds nothing. */
  CompletionStage<Map<Lane, Cursor>> cursors(NodeId node, Incarnation incarnation);

  /** Applies one change; changes that wait together may share one transaction. */
  CompletionStage<Outcome> apply(Change change);

  /**
   * Compares the lineage of a node's hello with the one recorded last, and records it, its ancestry
   * and the reported heads if the store goes on from there: in one transaction, since two holders
   * of one identity may greet at once. A fork changes nothing. The other incarnations of the node
   * are closed until they greet again.
   */
  CompletionStage<HelloOutcome> recordHello(Greeting greeting);

  /** As {@link #recordHello(Greeting)} of a store that never parted from another one. */
  default CompletionStage<HelloOutcome> recordHello(
      NodeId node, Incarnation incarnation, Lineage lineage, Map<Lane, Long> heads) {
    return recordHello(new Greeting(node, incarnation, lineage, Ancestry.NONE, heads));
  }

  /** What {@link #recordHello(Greeting)} would answer now; records nothing. */
  CompletionStage<HelloOutcome> compareHello(Greeting greeting);

  /**
   * Records that at one instant of a node's boot the hub's clock showed {@code hubWallMillis}; all
   * insights of that boot, earlier and later, get corrected times from it.
   */
  CompletionStage<Void> recordBootTime(NodeId node, BootTime nodeTime, long hubWallMillis);

  @Override
  void close();
}
