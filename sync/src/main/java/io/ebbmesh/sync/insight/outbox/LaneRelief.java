package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Gives up the oldest blocks of a lane when the {@link DiskKeeper} says so: one step at a time,
 * read and summed up off the lane's thread, one loss record each. Outlives restarts of the lane's
 * log.
 *
 * <p>What the reader was told of may be on its way: it is given up only if nothing else is left.
 */
final class LaneRelief {

  /** From the {@link DiskKeeper}. */
  sealed interface Command extends LaneReader.Command permits Limits, GetRoom, Give, Taken {}

  /**
   * How large the lane may become until the keeper says otherwise.
   *
   * @param startBytes at which it tells the keeper
   * @param fullBytes at which it takes no more
   */
  record Limits(long startBytes, long fullBytes, ActorRef<DiskKeeper.Command> keeper)
      implements Command {}

  /** Asks how large the lane is. */
  record GetRoom(ActorRef<LaneRoom> replyTo) implements Command {}

  /**
   * Answer to {@link GetRoom}.
   *
   * @param heldBytes of held blocks, with what the journal adds to each
   * @param pending insights in them
   * @param accepted insights that were ever appended
   * @param acceptedBytes of their blocks, as they were appended
   * @param acknowledged insights that the hub holds
   */
  record LaneRoom(
      Lane lane,
      long heldBytes,
      long pending,
      long accepted,
      long acceptedBytes,
      long acknowledged) {}

  /** Why and in which way insights are given up. */
  enum How {
    /** As they are. */
    DROP,
    /** Summed up in aggregates. */
    FOLD,
    /** Only what is older than the lane's time to live. */
    EXPIRE
  }

  /**
   * Asks to give up the oldest blocks.
   *
   * @param bytes of blocks; one block at least, if there is one
   */
  record Give(How how, long bytes, ActorRef<Given> replyTo) implements Command {}

  /**
   * Answer to {@link Give}, when it is durable.
   *
   * @param insights that were given up; 0 if there is nothing to give up in this way
   */
  record Given(Lane lane, How how, long insights) {}

  /** What was asked for was read. */
  record Taken(Give asked, List<BlockRef> run, byte[] sketch) implements Command {}

  /**
   * What the lane's log knows beside its state.
   *
   * @param eventNr that the next event will have
   * @param held what the hub holds and no event says yet
   * @param told what the reader was told of
   */
  record Moment(long eventNr, SeqRanges held, SeqRanges told, ActorRef<LaneReader.Command> log) {}

  private static final int MAX_STEP_BLOCKS = 4_096;

  /** What an event takes in the journal beside its block, about. */
  private static final int EVENT_BYTES = 128;

  /** A lane that is full of this much garbage would not be given up for its own sake. */
  private static final int TRIM_SHARE = 16;

  private final Lane lane;
  private final OutboxSettings settings;
  private final NodeClock clock;
  private final LaneJournal journal;
  private final LaneAge age;
  private @Nullable Limits limits;
  private boolean saidStart;
  private boolean running;
  private @Nullable Taken writing;
  private long writingInsights;

  LaneRelief(Lane lane, OutboxSettings settings, NodeClock clock, LaneJournal journal) {
    this.lane = lane;
    this.settings = settings;
    this.clock = clock;
    this.journal = journal;
    this.age = new LaneAge(settings.lane(lane).timeToLive(), clock);
  }

  /** What held blocks take, with what the journal adds to each. */
  static long room(LaneState state) {
    return state.heldBytes() + (long) EVENT_BYTES * state.heldBlocks();
  }

  /** Whether the lane takes no more until something was given up or acknowledged. */
  boolean isFull(LaneState state) {
    Limits known = limits;
    return known != null && room(state) >= known.fullBytes();
  }

  /** Released bytes that are worth a trim: fewer in a lane that may not have many. */
  long trimAtBytes() {
    Limits known = limits;
    long most = settings.trimAtBytes();
    return known == null ? most : Math.max(1, Math.min(most, known.fullBytes() / TRIM_SHARE));
  }

  /** A block was appended. */
  void grown(LaneState state) {
    Limits known = limits;
    if (known != null && !saidStart && room(state) >= known.startBytes()) {
      saidStart = true;
      known.keeper().tell(new DiskKeeper.Pressed(lane));
    }
  }

  /**
   * Does what the keeper says.
   *
   * @return what has to be persisted before {@link #written}; null if nothing
   */
  @Nullable LaneEvent on(Command command, LaneState state, Moment moment) {
    if (command instanceof Limits changed) {
      limits = changed;
      saidStart = false;
      grown(state);
    } else if (command instanceof GetRoom get) {
      get.replyTo().tell(room(lane, state));
    } else if (command instanceof Give give) {
      give(give, state, moment);
    } else if (command instanceof Taken taken) {
      return finish(taken, state, moment);
    }
    return null;
  }

  private static LaneRoom room(Lane lane, LaneState state) {
    long settled = state.acknowledged().count() + state.lost().count();
    return new LaneRoom(
        lane,
        room(state),
        state.nextSeq() - 1 - settled,
        state.totals().insights(),
        state.totals().blockBytes(),
        state.acknowledged().count());
  }

  private void give(Give give, LaneState state, Moment moment) {
    List<BlockRef> run = oldest(state, give.bytes(), moment.told());
    if (run.isEmpty() && give.how() == How.DROP) {
      run = oldest(state, give.bytes(), SeqRanges.EMPTY);
    }
    if (running || run.isEmpty()) {
      give.replyTo().tell(new Given(lane, give.how(), 0));
      return;
    }
    running = true;
    long[] eventNrs = run.stream().mapToLong(BlockRef::eventNr).toArray();
    journal.read(
        LaneReader.persistenceId(lane), eventNrs, new ReliefJob(give, run, age, moment.log()));
  }

  private static List<BlockRef> oldest(LaneState state, long bytes, SeqRanges told) {
    List<BlockRef> run = new ArrayList<>();
    BlockIndex blocks = state.blocks();
    long taken = 0;
    int parts = 0;
    long end = 0;
    for (int i = blocks.positionAfter(0);
        blocks.isPosition(i) && taken < bytes && run.size() < MAX_STEP_BLOCKS;
        i = blocks.next(i)) {
      BlockRef block = blocks.at(i);
      if (told.intersects(block.seqs())) {
        continue;
      }
      parts += block.seqs().first() == end + 1 ? 0 : 1;
      if (parts > LossRecord.MAX_RANGES / 2) {
        break;
      }
      end = block.seqs().last();
      taken += block.bytes() + EVENT_BYTES;
      run.add(block);
    }
    return run;
  }

  private @Nullable LaneEvent finish(Taken taken, LaneState state, Moment moment) {
    running = false;
    List<SeqRange> given = new ArrayList<>();
    for (BlockRef block : taken.run()) {
      // One that was merged meanwhile is younger now, in part.
      if (state.blocks().holds(block)) {
        given.addAll(state.open(block.seqs()).minus(moment.held()).ranges());
      }
    }
    SeqRanges ranges = SeqRanges.of(given);
    if (ranges.isEmpty() || ranges.ranges().size() > LossRecord.MAX_RANGES) {
      taken.asked().replyTo().tell(new Given(lane, taken.asked().how(), 0));
      return null;
    }
    boolean sketched = state.unacknowledgedLosses().size() < settings.budget().sketchedLosses();
    writing = taken;
    writingInsights = ranges.count();
    return new RangeDeclaredLost(
        new LossRecord(
            lane,
            moment.eventNr(),
            ranges,
            taken.asked().how() == How.EXPIRE ? LossReason.EXPIRED : LossReason.QUOTA,
            clock.now().wallMillis(),
            sketched ? taken.sketch() : new byte[0]));
  }

  /** What {@link #on} gave is durable. */
  void written() {
    Taken done = writing;
    writing = null;
    if (done != null) {
      done.asked().replyTo().tell(new Given(lane, done.asked().how(), writingInsights));
    }
  }
}
