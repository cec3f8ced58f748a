package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlockAppended;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import io.ebbmesh.sync.insight.outbox.LaneReader.Acknowledge;
import io.ebbmesh.sync.insight.outbox.LaneReader.GetHead;
import io.ebbmesh.sync.insight.outbox.LaneReader.NextBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.Unreadable;
import io.ebbmesh.sync.insight.outbox.LaneReader.Watch;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.SnapshotCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * The durable memory of one lane: one block at a time from its {@link Intake}, acknowledgements and
 * questions from its reader.
 *
 * <pre>
 * recovered            tells the supervisor where the lane stands; writes nothing yet
 * Release              declares what recovery missed, then opens to the intake: Opened
 * Append               of the running session: BlockAppended (with what was acknowledged), Written
 *                      of an older session: dropped, its producers were told OutcomeUnknown
 * Acknowledge          kept until the next block or the timer: Acknowledged
 * Trim                 Trimmed, then a snapshot, then the journal may delete
 * Unreadable           RangeDeclaredLost, if the lane still holds the block
 * Merged               BlocksMerged, for what did not change meanwhile
 * Give, Taken          RangeDeclaredLost, for the oldest blocks
 * Watch, GetHead,       answered from the state
 *   GetBooks, NextBlocks
 * a failed write       restarts the actor after a wait, which recovers and opens a new session
 * </pre>
 */
final class LaneLog extends EventSourcedBehavior<LaneReader.Command, LaneEvent, LaneState> {

  /** The epoch of this opening is durable: the lane may write. */
  record Release() implements LaneReader.Command {}

  /** Files with little left in them may be emptied; {@code short} of files, as far as it goes. */
  record Compact(boolean shortOfFiles) implements LaneReader.Command {}

  /** The intake asks for a session; answered with {@link Intake.Opened}. */
  record Open(ActorRef<Outbox.Command> intake) implements LaneReader.Command {}

  /**
   * One block; the next one only after {@link Intake.Written} or {@link Intake.Opened}.
   *
   * @param session as in the last {@link Intake.Opened}
   */
  record Append(int session, BlockAppended block) implements LaneReader.Command {}

  enum Timer implements LaneReader.Command {
    ACKNOWLEDGE,
    TRIM
  }

  /**
   * What the supervisor learns when a lane has recovered.
   *
   * @param firstSeq first number that this opening may write or give up: a copy of a running store
   *     gives up what the store itself may have
   */
  record Recovered(Lane lane, long firstSeq) {}

  private final ActorContext<LaneReader.Command> context;
  private final TimerScheduler<LaneReader.Command> timers;
  private final LaneParts parts;
  private final PendingAcknowledgement pending = new PendingAcknowledgement();
  private final LaneSnapshots snapshots;
  private boolean serves;

  private LaneLog(
      ActorContext<LaneReader.Command> context,
      TimerScheduler<LaneReader.Command> timers,
      LaneParts parts) {
    super(
        PersistenceId.ofUniqueId(LaneReader.persistenceId(parts.lane())),
        SupervisorStrategy.restartWithBackoff(
            parts.settings().restartMin(), parts.settings().restartMax(), 0));
    this.context = context;
    this.timers = timers;
    this.parts = parts;
    this.snapshots = new LaneSnapshots(parts.settings());
  }

  static Behavior<LaneReader.Command> create(
      Lane lane,
      OutboxSettings settings,
      NodeClock clock,
      LaneJournal journal,
      Consumer<SeqRanges> trimmer,
      ActorRef<Recovered> recovered) {
    LaneParts parts = LaneParts.of(lane, settings, clock, journal, trimmer, recovered);
    Behavior<LaneReader.Command> log =
        Behaviors.setup(
            context -> Behaviors.withTimers(timers -> new LaneLog(context, timers, parts)));
    return Behaviors.supervise(log)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(settings.restartMin(), settings.restartMax(), 0));
  }

  @Override
  public String journalPluginId() {
    return parts.settings().journalPlugin();
  }

  @Override
  public String snapshotPluginId() {
    return parts.settings().snapshotPlugin();
  }

  @Override
  public LaneState emptyState() {
    return LaneState.empty(parts.settings().maxSources());
  }

  /** Pekko uses one empty state for all restarts, so it must stay empty: a write may fail. */
  @Override
  public EventHandler<LaneState, LaneEvent> eventHandler() {
    return (state, event) ->
        (state.lastEventNr() == 0 ? emptyState() : state).apply(lastSequenceNumber(context), event);
  }

  @Override
  public SnapshotAdapter<LaneState> snapshotAdapter() {
    return snapshots;
  }

  @Override
  public boolean shouldSnapshot(LaneState state, LaneEvent event, long eventNr) {
    return snapshots.isDue(state, event, eventNr);
  }

  @Override
  public SignalHandler<LaneState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .onSignal(SnapshotCompleted.class, this::onSnapshot)
        .onSignal(
            JournalPersistFailed.class, (state, lost) -> parts.session().failed(lost.failure()))
        .build();
  }

  private void onRecovered(LaneState state) {
    serves = false;
    if (!pending.isEmpty()) {
      startAcknowledgeTimer();
    }
    if (parts.session().isReleased()) {
      context.getSelf().tell(new Release());
    } else {
      parts.recovered().tell(new Recovered(parts.lane(), state.nextSeq()));
    }
  }

  private void onSnapshot(LaneState state, SnapshotCompleted completed) {
    long written = completed.getSnapshotMetadata().sequenceNr();
    snapshots.written(written);
    long floor = Math.min(state.trimFloor(), written);
    if (floor > 1) {
      Failpoint.TRIM.reached();
      parts.trimmer().accept(state.deletable(floor));
    }
  }

  @Override
  public CommandHandler<LaneReader.Command, LaneEvent, LaneState> commandHandler() {
    return this::onCommand;
  }

  /** What waited for a recovery waits on: Pekko hands it over with the number of an older event. */
  private Effect<LaneEvent, LaneState> onCommand(LaneState state, LaneReader.Command command) {
    if (command instanceof LaneMerger.Parted at) {
      parts.merger().parted(at);
      return Effect().none();
    } else if (command instanceof Release) {
      return onRelease(state);
    } else if (!serves) {
      return Effect().stash();
    } else if (command instanceof Append append) {
      return onAppend(state, append);
    } else if (command instanceof Watch asked) {
      parts.watch().ask(asked);
      answerWatch(state);
    } else if (command instanceof GetHead get) {
      get.replyTo().tell(parts.watch().head(state));
    } else if (command instanceof LaneReader.GetBooks get) {
      get.replyTo().tell(state.books(parts.lane()));
    } else if (command instanceof NextBlocks next) {
      parts.merger().ask(next, state, pending.held(), context.getSelf());
    } else if (command instanceof LaneMerger.Merged merged) {
      return onMerged(state, merged);
    } else if (command instanceof LaneReader.StartOver) {
      parts.merger().startOver();
      afterMerge(state);
    } else if (command instanceof Compact compact) {
      boolean trims = parts.merger().compact(state, compact.shortOfFiles(), context.getSelf());
      return trims ? Effect().persist(state.trimmed()) : Effect().none();
    } else if (command instanceof LaneRelief.Command relief) {
      return onRelief(state, relief);
    } else if (command instanceof Acknowledge acknowledge) {
      pending.add(acknowledge);
      startAcknowledgeTimer();
    } else if (command == Timer.ACKNOWLEDGE) {
      return onAcknowledgeTimer(state);
    } else if (command == Timer.TRIM) {
      return onTrim(state);
    } else if (command instanceof Unreadable unreadable) {
      return onUnreadable(state, unreadable);
    } else if (command instanceof StoppedOutbox.Inspect inspect) {
      inspect.replyTo().tell(new StoppedOutbox.Inspected(parts.lane(), state.snapshot()));
    } else if (command instanceof Open open) {
      parts.session().attach(open.intake());
      parts.session().open(state);
    } else {
      return Effect().unhandled();
    }
    return Effect().none();
  }

  private Effect<LaneEvent, LaneState> onAppend(LaneState state, Append append) {
    if (append.session() != parts.session().number()) {
      return Effect().none();
    }
    if (append.block().seqs().first() != state.nextSeq()) {
      context
          .getLog()
          .error("block {} does not start at {}", append.block().seqs(), state.nextSeq());
      parts.session().open(state);
      return Effect().none();
    }
    if (pending.isEmpty()) {
      return Effect().persist(append.block()).thenRun(this::onWritten);
    }
    Failpoint.ACKNOWLEDGED.reached();
    return Effect()
        .persist(List.of(append.block(), pending.event()))
        .thenRun(this::onWritten)
        .thenRun(this::onAcknowledged);
  }

  private void onWritten(LaneState state) {
    parts.session().written(state);
    answerWatch(state);
    parts.merger().proceed(state, context.getSelf());
    parts.relief().grown(state);
  }

  private Effect<LaneEvent, LaneState> onRelief(LaneState state, LaneRelief.Command command) {
    SeqRanges told = parts.merger().told();
    LaneRelief.Moment moment =
        new LaneRelief.Moment(
            lastSequenceNumber(context) + 1, pending.held(), told, context.getSelf());
    LaneEvent lost = parts.relief().on(command, state, moment);
    if (lost == null) {
      return Effect().none().thenRun(parts.session()::room);
    }
    return Effect().persist(lost).thenRun(this::onRelieved);
  }

  private void onRelieved(LaneState state) {
    onChanged(state);
    trimIfWorth(state);
    parts.relief().written(state);
  }

  private Effect<LaneEvent, LaneState> onMerged(LaneState state, LaneMerger.Merged done) {
    List<BlocksMerged> merged = parts.merger().finish(done, state);
    if (merged.isEmpty()) {
      return Effect().none().thenRun(this::afterMerge);
    }
    Failpoint.MERGE.reached();
    return Effect().persist(List.<LaneEvent>copyOf(merged)).thenRun(this::onMergeWritten);
  }

  private void onMergeWritten(LaneState state) {
    Failpoint.MERGED.reached();
    parts.session().room(state);
    trimIfWorth(state);
    if (parts.merger().isEmptyingFiles()) {
      context.getSelf().tell(new Compact(false));
    }
    afterMerge(state);
  }

  private void afterMerge(LaneState state) {
    parts.merger().answer(state, pending.held(), context.getSelf());
    parts.merger().proceed(state, context.getSelf());
  }

  private Effect<LaneEvent, LaneState> onRelease(LaneState state) {
    long highest = lastSequenceNumber(context);
    List<LaneEvent> declared =
        Losses.declarations(
            parts.lane(), state, highest, burnt(state), parts.clock().now().wallMillis());
    if (declared.isEmpty()) {
      return Effect().none().thenRun(this::release).thenUnstashAll();
    }
    context.getLog().warn("lane {} was damaged: {}", parts.lane().id(), declared);
    return Effect().persist(declared).thenRun(this::release).thenUnstashAll();
  }

  private void release(LaneState state) {
    serves = true;
    parts.session().release();
    parts.session().open(state);
    answerWatch(state);
    afterMerge(state);
  }

  private long burnt(LaneState state) {
    return Losses.burnt(state, lastSequenceNumber(context), parts.settings().maxBlockInsights());
  }

  private Effect<LaneEvent, LaneState> onUnreadable(LaneState state, Unreadable unreadable) {
    SeqRanges open = state.open(unreadable.block().seqs()).minus(pending.held());
    // A block that was merged meanwhile is not lost: its insights are in another one.
    if (open.isEmpty() || !state.blocks().holds(unreadable.block())) {
      return Effect().none();
    }
    RangeDeclaredLost declared =
        Losses.damaged(
            parts.lane(), lastSequenceNumber(context) + 1, open, parts.clock().now().wallMillis());
    context.getLog().warn("lane {} cannot read a block: lost {}", parts.lane().id(), open);
    return Effect().persist(declared).thenRun(this::onChanged);
  }

  private void startAcknowledgeTimer() {
    if (!timers.isTimerActive(Timer.ACKNOWLEDGE)) {
      timers.startSingleTimer(
          Timer.ACKNOWLEDGE, Timer.ACKNOWLEDGE, parts.settings().acknowledgeInterval());
    }
  }

  private Effect<LaneEvent, LaneState> onAcknowledgeTimer(LaneState state) {
    if (pending.isEmpty()) {
      return Effect().none();
    }
    if (pending.changesNothing(state)) {
      forgetPending();
      return Effect().none();
    }
    Failpoint.ACKNOWLEDGED.reached();
    return Effect().persist(pending.event()).thenRun(this::onChanged).thenRun(this::onAcknowledged);
  }

  /** Only now: had the write failed, it would be tried again with the next one. */
  private void onAcknowledged(LaneState state) {
    forgetPending();
    trimIfWorth(state);
  }

  private void trimIfWorth(LaneState state) {
    if (state.releasedBytes() >= parts.relief().trimAtBytes()) {
      context.getSelf().tell(Timer.TRIM);
    }
  }

  private void forgetPending() {
    pending.clear();
    timers.cancel(Timer.ACKNOWLEDGE);
  }

  private void onChanged(LaneState state) {
    parts.session().room(state);
    answerWatch(state);
  }

  private Effect<LaneEvent, LaneState> onTrim(LaneState state) {
    return state.releasedBytes() < parts.relief().trimAtBytes()
        ? Effect().none()
        : Effect().persist(state.trimmed());
  }

  private void answerWatch(LaneState state) {
    if (parts.session().isReleased()) {
      parts.watch().answer(state);
    }
  }
}
