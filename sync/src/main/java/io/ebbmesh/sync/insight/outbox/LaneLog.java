package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlockAppended;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Trimmed;
import io.ebbmesh.sync.insight.outbox.LaneReader.Acknowledge;
import io.ebbmesh.sync.insight.outbox.LaneReader.GetHead;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
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
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.SnapshotCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;

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
 * Unreadable           RangeDeclaredLost
 * Watch, GetHead,       answered from the state
 *   NextBlocks
 * a failed write       restarts the actor after a wait, which recovers and opens a new session
 * </pre>
 */
final class LaneLog extends EventSourcedBehavior<LaneReader.Command, LaneEvent, LaneState> {

  /** The epoch of this opening is durable: the lane may write. */
  record Release() implements LaneReader.Command {}

  /** Asks for everything that the lane knows. */
  record Inspect(ActorRef<Inspected> replyTo) implements LaneReader.Command {}

  /** Answer to {@link Inspect}. */
  record Inspected(Lane lane, LaneSnapshot state) {}

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
  private final Lane lane;
  private final OutboxSettings settings;
  private final NodeClock clock;
  private final Consumer<SeqRanges> trimmer;
  private final LaneSession session;
  private final ActorRef<Recovered> recovered;
  private final PendingAcknowledgement pending = new PendingAcknowledgement();
  private long lastSnapshotNr;
  private @Nullable Watch watch;

  private LaneLog(
      ActorContext<LaneReader.Command> context,
      TimerScheduler<LaneReader.Command> timers,
      Lane lane,
      OutboxSettings settings,
      NodeClock clock,
      Consumer<SeqRanges> trimmer,
      LaneSession session,
      ActorRef<Recovered> recovered) {
    super(
        PersistenceId.ofUniqueId(LaneReader.persistenceId(lane)),
        SupervisorStrategy.restartWithBackoff(settings.restartMin(), settings.restartMax(), 0));
    this.context = context;
    this.timers = timers;
    this.lane = lane;
    this.settings = settings;
    this.clock = clock;
    this.trimmer = trimmer;
    this.session = session;
    this.recovered = recovered;
  }

  static Behavior<LaneReader.Command> create(
      Lane lane,
      OutboxSettings settings,
      NodeClock clock,
      Consumer<SeqRanges> trimmer,
      ActorRef<Recovered> recovered) {
    LaneSession session = new LaneSession(settings.maxBlocks());
    Behavior<LaneReader.Command> log =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        new LaneLog(
                            context, timers, lane, settings, clock, trimmer, session, recovered)));
    return Behaviors.supervise(log)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(settings.restartMin(), settings.restartMax(), 0));
  }

  @Override
  public String journalPluginId() {
    return settings.journalPlugin();
  }

  @Override
  public String snapshotPluginId() {
    return settings.snapshotPlugin();
  }

  @Override
  public LaneState emptyState() {
    return LaneState.empty(settings.maxSources());
  }

  @Override
  public EventHandler<LaneState, LaneEvent> eventHandler() {
    return (state, event) -> fresh(state).apply(lastSequenceNumber(context), event);
  }

  /** Pekko uses one empty state for all restarts, so it must stay empty: a write may fail. */
  private LaneState fresh(LaneState state) {
    return state.lastEventNr() == 0 ? emptyState() : state;
  }

  @Override
  public SnapshotAdapter<LaneState> snapshotAdapter() {
    return new SnapshotAdapter<>() {
      @Override
      public Object toJournal(LaneState state) {
        return state.snapshot();
      }

      @Override
      public LaneState fromJournal(Object from) {
        LaneSnapshot snapshot = (LaneSnapshot) from;
        lastSnapshotNr = snapshot.eventNr();
        return LaneState.of(snapshot, settings.maxSources());
      }
    };
  }

  /** After a trim always; otherwise the seldomer the longer the index is that is written again. */
  @Override
  public boolean shouldSnapshot(LaneState state, LaneEvent event, long eventNr) {
    int spacing = Math.max(settings.snapshotEveryEvents(), state.heldBlocks() / 8);
    return event instanceof Trimmed || eventNr - lastSnapshotNr >= spacing;
  }

  @Override
  public SignalHandler<LaneState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .onSignal(SnapshotCompleted.class, this::onSnapshot)
        .build();
  }

  private void onRecovered(LaneState state) {
    if (!pending.isEmpty()) {
      startAcknowledgeTimer();
    }
    if (session.isReleased()) {
      context.getSelf().tell(new Release());
    } else {
      recovered.tell(new Recovered(lane, state.nextSeq()));
    }
  }

  private void onSnapshot(LaneState state, SnapshotCompleted completed) {
    lastSnapshotNr = completed.getSnapshotMetadata().sequenceNr();
    long floor = Math.min(state.trimFloor(), lastSnapshotNr);
    if (floor > 1) {
      trimmer.accept(state.deletable(floor));
    }
  }

  @Override
  public CommandHandler<LaneReader.Command, LaneEvent, LaneState> commandHandler() {
    return this::onCommand;
  }

  private Effect<LaneEvent, LaneState> onCommand(LaneState state, LaneReader.Command command) {
    if (command instanceof Append append) {
      return onAppend(state, append);
    } else if (command instanceof Watch asked) {
      watch = asked;
      answerWatch(state);
    } else if (command instanceof GetHead get) {
      get.replyTo().tell(head(state));
    } else if (command instanceof NextBlocks next) {
      next.replyTo()
          .tell(
              new HeldBlocks(
                  lane,
                  next.afterSeq(),
                  state.nextBlocks(
                      next.afterSeq(), next.maxBlocks(), next.maxBytes(), pending.held())));
    } else if (command instanceof Acknowledge acknowledge) {
      pending.add(acknowledge);
      startAcknowledgeTimer();
    } else if (command == Timer.ACKNOWLEDGE) {
      return onAcknowledgeTimer(state);
    } else if (command == Timer.TRIM) {
      return onTrim(state);
    } else if (command instanceof Unreadable unreadable) {
      return onUnreadable(state, unreadable);
    } else if (command instanceof Release) {
      return onRelease(state);
    } else if (command instanceof Inspect inspect) {
      inspect.replyTo().tell(new Inspected(lane, state.snapshot()));
    } else if (command instanceof Open open) {
      session.attach(open.intake());
      session.open(state);
    } else {
      return Effect().unhandled();
    }
    return Effect().none();
  }

  private Effect<LaneEvent, LaneState> onAppend(LaneState state, Append append) {
    if (append.session() != session.number()) {
      return Effect().none();
    }
    if (append.block().seqs().first() != state.nextSeq()) {
      context
          .getLog()
          .error("block {} does not start at {}", append.block().seqs(), state.nextSeq());
      session.open(state);
      return Effect().none();
    }
    if (pending.isEmpty()) {
      return Effect().persist(append.block()).thenRun(this::onWritten);
    }
    return Effect()
        .persist(List.of(append.block(), pending.event()))
        .thenRun(
            after -> {
              onWritten(after);
              onAcknowledged(after);
            });
  }

  private void onWritten(LaneState state) {
    session.written(state);
    answerWatch(state);
  }

  private Effect<LaneEvent, LaneState> onRelease(LaneState state) {
    long highest = lastSequenceNumber(context);
    List<LaneEvent> declared =
        Losses.declarations(lane, state, highest, burnt(state), clock.now().wallMillis());
    if (declared.isEmpty()) {
      release(state);
      return Effect().none();
    }
    context.getLog().warn("lane {} was damaged: {}", lane.id(), declared);
    return Effect().persist(declared).thenRun(this::release);
  }

  private void release(LaneState state) {
    session.release();
    session.open(state);
    answerWatch(state);
  }

  private long burnt(LaneState state) {
    return Losses.burnt(state, lastSequenceNumber(context), settings.maxBlockInsights());
  }

  private Effect<LaneEvent, LaneState> onUnreadable(LaneState state, Unreadable unreadable) {
    SeqRanges open = state.open(unreadable.block().seqs()).minus(pending.held());
    if (open.isEmpty()) {
      return Effect().none();
    }
    RangeDeclaredLost declared =
        Losses.damaged(lane, lastSequenceNumber(context) + 1, open, clock.now().wallMillis());
    context.getLog().warn("lane {} cannot read a block: lost {}", lane.id(), open);
    return Effect().persist(declared).thenRun(this::onChanged);
  }

  private void startAcknowledgeTimer() {
    if (!timers.isTimerActive(Timer.ACKNOWLEDGE)) {
      timers.startSingleTimer(Timer.ACKNOWLEDGE, Timer.ACKNOWLEDGE, settings.acknowledgeInterval());
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
    return Effect()
        .persist(pending.event())
        .thenRun(
            after -> {
              onChanged(after);
              onAcknowledged(after);
            });
  }

  /** Only now: had the write failed, it would be tried again with the next one. */
  private void onAcknowledged(LaneState state) {
    forgetPending();
    if (state.releasedBytes() >= settings.trimAtBytes()) {
      context.getSelf().tell(Timer.TRIM);
    }
  }

  private void forgetPending() {
    pending.clear();
    timers.cancel(Timer.ACKNOWLEDGE);
  }

  private void onChanged(LaneState state) {
    session.room(state);
    answerWatch(state);
  }

  private Effect<LaneEvent, LaneState> onTrim(LaneState state) {
    if (state.releasedBytes() < settings.trimAtBytes()) {
      return Effect().none();
    }
    return Effect()
        .persist(
            new Trimmed(
                state.nextSeq(),
                state.acknowledged(),
                state.lost(),
                state.lossId(),
                state.totals()));
  }

  private void answerWatch(LaneState state) {
    Watch asked = watch;
    if (asked == null || asked.knownRevision() == state.lastEventNr() || !session.isReleased()) {
      return;
    }
    watch = null;
    asked.replyTo().tell(head(state));
  }

  private LaneHead head(LaneState state) {
    return new LaneHead(
        lane,
        state.lastEventNr(),
        state.nextSeq(),
        state.acknowledged(),
        state.unacknowledgedLosses(),
        state.heldBlocks(),
        state.heldBytes());
  }
}
