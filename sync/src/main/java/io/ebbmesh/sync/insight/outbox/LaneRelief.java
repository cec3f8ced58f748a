package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.insight.outbox.LaneEvent.FoldMoved;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeFolded;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
  sealed interface Command extends LaneReader.Command
      permits Limits, GetRoom, Give, Taken, GetFolds, Moved {}

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
   * @param again whether nothing was given up because blocks changed meanwhile or were not worth
   *     folding: others may be
   * @param waits whether nothing was folded because folds wait to be moved; that one was is told as
   *     {@link DiskKeeper.FoldMoves}
   */
  record Given(Lane lane, How how, long insights, boolean again, boolean waits) {}

  /**
   * What was asked for was read.
   *
   * @param aggregates what is kept of it; null if nothing
   */
  record Taken(Give asked, List<BlockRef> run, byte[] sketch, byte @Nullable [] aggregates)
      implements Command {}

  /** Asks which folds are not moved yet. */
  record GetFolds(ActorRef<FoldMover.Folds> replyTo) implements Command {}

  /** The aggregates of a fold are in their lane; answered with those that are left. */
  record Moved(long eventNr, ActorRef<FoldMover.Folds> replyTo) implements Command {}

  /**
   * What the lane's log knows beside its state.
   *
   * @param eventNr that the next event will have
   * @param held what the hub holds and no event says yet
   * @param told what the reader was told of
   */
  record Moment(long eventNr, SeqRanges held, SeqRanges told, ActorRef<LaneReader.Command> log) {}

  /** Folds that wait for room in the lane of aggregates; further ones wait for them. */
  private static final int MAX_FOLDS = 16;

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
  private @Nullable ActorRef<FoldMover.Folds> mover;
  private boolean saidStart;
  private boolean foldsWait;
  private boolean running;

  /** What lies before is not worth folding, such as the little that is left of a boot. */
  private long foldAfterSeq;

  /** Last number of the first block that is being read. */
  private long readSeq;

  private @Nullable Consumer<LaneState> afterwards;

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
    return room(state) >= fullBytes();
  }

  /** Bytes at which the lane is full, as far as the keeper has said. */
  long fullBytes() {
    Limits known = limits;
    return known == null ? Long.MAX_VALUE : known.fullBytes();
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
    } else if (command instanceof GetFolds get) {
      mover = get.replyTo();
      get.replyTo().tell(new FoldMover.Folds(state.folds()));
    } else if (command instanceof Moved moved) {
      return moved(moved, state);
    }
    return null;
  }

  private @Nullable LaneEvent moved(Moved moved, LaneState state) {
    if (!state.folds().contains(moved.eventNr())) {
      moved.replyTo().tell(new FoldMover.Folds(state.folds()));
      return null;
    }
    afterwards =
        after -> {
          moved.replyTo().tell(new FoldMover.Folds(after.folds()));
          tellThatFoldsMove();
        };
    return new FoldMoved(moved.eventNr());
  }

  private void tellThatFoldsMove() {
    Limits known = limits;
    if (foldsWait && known != null) {
      foldsWait = false;
      known.keeper().tell(DiskKeeper.FoldMoves.INSTANCE);
    }
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
    if (running) {
      // The answer to what runs is on its way, to whoever asked so impatiently.
      return;
    }
    boolean folds = give.how() == How.FOLD;
    List<BlockRef> run = oldest(state, give, moment, moment.told());
    if (run.isEmpty() && give.how() == How.DROP) {
      run = oldest(state, give, moment, SeqRanges.EMPTY);
    }
    boolean waits = folds && !run.isEmpty() && state.folds().size() >= MAX_FOLDS;
    if (run.isEmpty() || waits) {
      foldsWait |= waits;
      foldAfterSeq = folds && !waits ? 0 : foldAfterSeq;
      give.replyTo().tell(new Given(lane, give.how(), 0, false, waits));
      return;
    }
    running = true;
    readSeq = run.get(0).seqs().last();
    long[] eventNrs = run.stream().mapToLong(BlockRef::eventNr).toArray();
    Fold fold =
        folds ? new Fold(settings.budget().foldWindow().toNanos(), settings.zstdLevel()) : null;
    journal.read(
        LaneReader.persistenceId(lane),
        eventNrs,
        new ReliefJob(give, run, age, fold, moment.log()));
  }

  private List<BlockRef> oldest(LaneState state, Give give, Moment moment, SeqRanges excluded) {
    List<BlockRef> run = new ArrayList<>();
    BlockIndex blocks = state.blocks();
    long taken = 0;
    int parts = 0;
    long end = 0;
    for (int i = blocks.positionAfter(give.how() == How.FOLD ? foldAfterSeq : 0);
        blocks.isPosition(i) && taken < give.bytes() && run.size() < MAX_STEP_BLOCKS;
        i = blocks.next(i)) {
      BlockRef block = blocks.at(i);
      SeqRanges open = state.open(block.seqs()).minus(moment.held());
      // What the hub holds in part is not summed up: it would count twice.
      boolean folds = open.count() == block.seqs().count();
      if (excluded.intersects(block.seqs()) || open.isEmpty() || give.how() == How.FOLD && !folds) {
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
    Give asked = taken.asked();
    if (isTooLarge(taken) && taken.run().size() > 1) {
      long half = bytes(taken.run().subList(0, taken.run().size() / 2));
      give(new Give(asked.how(), half, asked.replyTo()), state, moment);
      return null;
    }
    boolean changed = ranges.count() < insights(taken.run());
    boolean folds = asked.how() == How.FOLD;
    boolean isNotWorthIt = folds && !changed && (taken.aggregates() == null || isTooLarge(taken));
    if (isNotWorthIt) {
      int last = taken.run().size() - 1;
      foldAfterSeq = last < 0 ? readSeq : taken.run().get(last).seqs().last();
    }
    if (ranges.isEmpty()
        || ranges.ranges().size() > LossRecord.MAX_RANGES
        || isNotWorthIt
        || folds && changed) {
      asked.replyTo().tell(new Given(lane, asked.how(), 0, changed || isNotWorthIt, false));
      return null;
    }
    afterwards =
        after -> {
          if (folds) {
            Failpoint.FOLDED.reached();
          }
          asked.replyTo().tell(new Given(lane, asked.how(), ranges.count(), false, false));
          if (mover != null) {
            mover.tell(new FoldMover.Folds(after.folds()));
          }
        };
    LossRecord told =
        new LossRecord(
            lane,
            moment.eventNr(),
            ranges,
            reason(asked.how()),
            clock.now().wallMillis(),
            taken.sketch());
    LossRecord loss = Losses.givenUp(told, state.unacknowledgedLosses(), settings);
    byte[] aggregates = taken.aggregates();
    if (aggregates == null) {
      return new RangeDeclaredLost(loss);
    }
    Failpoint.FOLD.reached();
    return new RangeFolded(loss, aggregates);
  }

  /** Many streams in little time give aggregates that no event of the journal can hold. */
  private boolean isTooLarge(Taken taken) {
    byte[] aggregates = taken.aggregates();
    return aggregates != null
        && aggregates.length > Math.max(settings.maxBlockBytes(), settings.merge().maxBytes());
  }

  private static long bytes(List<BlockRef> run) {
    return run.stream().mapToLong(block -> block.bytes() + EVENT_BYTES).sum();
  }

  private static long insights(List<BlockRef> run) {
    return run.stream().mapToLong(block -> block.seqs().count()).sum();
  }

  private static LossReason reason(How how) {
    return switch (how) {
      case DROP -> LossReason.QUOTA;
      case FOLD -> LossReason.FOLDED;
      case EXPIRE -> LossReason.EXPIRED;
    };
  }

  /** What {@link #on} gave is durable. */
  void written(LaneState state) {
    Consumer<LaneState> next = afterwards;
    afterwards = null;
    if (next != null) {
      next.accept(state);
    }
  }
}
