package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the uplink says to the log of one lane and what it answers.
 *
 * <p>A lane has one reader. It asks for the head with what it knows already, for the index of held
 * blocks a window at a time, and reads the blocks themselves from the journal: the event {@link
 * BlockRef#eventNr} of {@link #persistenceId} is a {@link LaneEvent.HoldsBlock}. What the hub holds
 * comes back as {@link Acknowledge}. Each message has at most one answer, so the reader decides how
 * much is under way.
 */
public final class LaneReader {

  private LaneReader() {}

  /** Under which persistence id the journal keeps the events of a lane. */
  public static String persistenceId(Lane lane) {
    return "outbox|" + lane.id();
  }

  /** To the log of a lane. */
  public sealed interface Command
      permits Watch,
          GetHead,
          GetBooks,
          NextBlocks,
          Acknowledge,
          Unreadable,
          StartOver,
          LaneMerger.Merged,
          LaneMerger.Parted,
          LaneRelief.Command,
          LaneLog.Release,
          LaneLog.Compact,
          StoppedOutbox.Inspect,
          LaneLog.Open,
          LaneLog.Append,
          LaneLog.Timer {}

  /**
   * Asks for the head: answered once, as soon as the lane's revision is not {@code knownRevision}.
   * A later watch replaces one that is not answered yet.
   *
   * @param knownRevision as in the last {@link LaneHead}; -1 to be answered at once
   */
  public record Watch(long knownRevision, ActorRef<Reply> replyTo) implements Command {}

  /** Asks where the lane stands now; for status displays, beside the one reader. */
  public record GetHead(ActorRef<Reply> replyTo) implements Command {}

  /** Asks what became of all that the lane accepted; for status displays. */
  public record GetBooks(ActorRef<LaneBooks> replyTo) implements Command {}

  /**
   * What became of all that a lane accepted. The books balance if {@code produced = acknowledged +
   * lost + pending}; each is counted by itself.
   *
   * @param produced highest accepted sequence number
   * @param acknowledged what the hub holds, as far as this lane has been told
   * @param lost what was declared lost
   * @param pending what blocks hold that is neither
   * @param heldBlocks blocks that hold it
   * @param heldBytes bytes of these blocks
   * @param lossesToReport loss records that the hub does not hold yet
   */
  public record LaneBooks(
      Lane lane,
      long produced,
      long acknowledged,
      long lost,
      long pending,
      int heldBlocks,
      long heldBytes,
      int lossesToReport) {}

  /**
   * Asks which held blocks follow a sequence number, oldest first. If they begin with a run of
   * small ones, these are merged before the answer is given.
   *
   * @param afterSeq only blocks whose first sequence number is greater; 0 for all
   * @param maxBlocks most blocks to name
   * @param maxBytes most bytes of blocks to name; one block is always named if there is one
   */
  public record NextBlocks(long afterSeq, int maxBlocks, long maxBytes, ActorRef<Reply> replyTo)
      implements Command {}

  /**
   * The hub holds these. It becomes durable with the next block or after a named interval; until
   * then a crash only means that it is sent and acknowledged once more.
   *
   * @param held stored, quarantined or recorded as lost; cumulative or not
   * @param lossId highest loss record that the hub holds; 0 if none
   */
  public record Acknowledge(SeqRanges held, long lossId) implements Command {}

  /**
   * The journal cannot give this block any more: what is not acknowledged of it is declared lost.
   */
  public record Unreadable(BlockRef block) implements Command {}

  /** The reader has forgotten which blocks it was told of, and will ask for them again. */
  public record StartOver() implements Command {}

  /** To the reader. */
  public sealed interface Reply {}

  /**
   * Where a lane stands; everything in it is durable.
   *
   * @param revision ascends with every change, also across restarts
   * @param nextSeq sequence number of the next insight; the highest accepted is one less
   * @param acknowledged what the hub holds, as far as this lane has been told
   * @param losses loss records that the hub does not hold yet, in ascending id
   * @param heldBlocks blocks that {@link NextBlocks} can name
   * @param heldBytes bytes of these blocks
   */
  public record LaneHead(
      Lane lane,
      long revision,
      long nextSeq,
      SeqRanges acknowledged,
      List<LossRecord> losses,
      int heldBlocks,
      long heldBytes)
      implements Reply {
    public LaneHead {
      losses = List.copyOf(losses);
    }
  }

  /**
   * Answer to {@link NextBlocks}.
   *
   * @param afterSeq as asked
   * @param blocks oldest first; empty if none follows
   */
  public record HeldBlocks(Lane lane, long afterSeq, List<BlockRef> blocks) implements Reply {
    public HeldBlocks {
      blocks = List.copyOf(blocks);
    }
  }

  /**
   * One held block, without its bytes.
   *
   * @param seqs sequence numbers in it
   * @param eventNr sequence number of its event under {@link #persistenceId}
   * @param bytes length of the block
   */
  public record BlockRef(SeqRange seqs, long eventNr, int bytes) {}
}
