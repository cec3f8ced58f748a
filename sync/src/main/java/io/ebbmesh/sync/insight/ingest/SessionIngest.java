package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.session.Peers;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Ingest of one session: a thin shell around {@link IngestMachine}; lives as long as it. */
final class SessionIngest extends AbstractBehavior<SessionIngest.Command> {

  /** To the ingest of one session. */
  sealed interface Command {}

  /** Something for the machine, from the session or as an answer. */
  record Feed(IngestMachine.Input input) implements Command {}

  /** The store may have been silent for long. */
  record LookAtStore() implements Command {}

  /** The session is over. */
  record Stop() implements Command {}

  /** What all sessions share. */
  record Tools(
      InsightStore store,
      NodeClock clock,
      Chance chance,
      IngestSettings settings,
      IngestCounts counts,
      DecodeBudget budget,
      Executor decoders) {}

  private final Tools tools;
  private final Peers.PeerUp session;
  private final DecodeBudget.Share share;
  private final IngestMachine machine;
  private final Map<Trouble, Long> troubles = new EnumMap<>(Trouble.class);
  private final TimerScheduler<Command> timers;
  private final StoreWatch watch;
  private long timerAtNanos = IngestMachine.NEVER;
  private boolean looksAtStore;
  private boolean storeAway;

  private SessionIngest(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Tools tools,
      Peers.PeerUp session) {
    super(context);
    this.timers = timers;
    this.tools = tools;
    this.session = session;
    ActorRef<Command> self = context.getSelf();
    this.watch = new StoreWatch(tools.settings().storeSilentAfterNanos());
    this.share = tools.budget().join(() -> self.tell(new Feed(new IngestMachine.Room())));
    this.machine =
        new IngestMachine(
            Standing.of(session.hello(), session.welcome()),
            session.credit(),
            tools.settings(),
            share,
            tools.chance(),
            tools.clock().monotonicNanos());
  }

  static Behavior<Command> create(Tools tools, Peers.PeerUp session) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new SessionIngest(context, timers, tools, session)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Feed.class, this::onFeed)
        .onMessage(LookAtStore.class, look -> onLookAtStore())
        .onMessage(Stop.class, stop -> onStop())
        .onSignal(PostStop.class, stopped -> onStopped())
        .build();
  }

  private Behavior<Command> onStop() {
    if (!troubles.isEmpty()) {
      getContext().getLog().warn("{}: not taken as it came: {}", session.session(), troubles);
    }
    return Behaviors.stopped();
  }

  private Behavior<Command> onFeed(Feed message) {
    long nowNanos = tools.clock().monotonicNanos();
    IngestMachine.Input input = message.input();
    if (input instanceof IngestMachine.Applied) {
      watch.wrote(nowNanos);
    } else if (input instanceof IngestMachine.CursorsRead) {
      watch.read(nowNanos);
    } else if (input instanceof IngestMachine.ApplyFailed
        || input instanceof IngestMachine.CursorsUnknown) {
      watch.failed(nowNanos);
    }
    for (IngestMachine.Output output : machine.on(nowNanos, input)) {
      perform(output);
    }
    setTimer();
    lookAtStore(nowNanos);
    return this;
  }

  private Behavior<Command> onLookAtStore() {
    looksAtStore = false;
    lookAtStore(tools.clock().monotonicNanos());
    return this;
  }

  /** The timer is left as it is when an answer comes: there are many, and it looks again. */
  private void lookAtStore(long nowNanos) {
    boolean away = watch.isAway(nowNanos);
    if (away != storeAway) {
      storeAway = away;
      session.sender().storeIsAway(away);
      tellStore(nowNanos);
    }
    long dueAt = watch.dueAtNanos();
    if (!looksAtStore && !away && dueAt != StoreWatch.NEVER) {
      looksAtStore = true;
      timers.startSingleTimer("store", new LookAtStore(), Duration.ofNanos(dueAt - nowNanos));
    }
  }

  /** A failure says so itself. */
  private void tellStore(long nowNanos) {
    if (!storeAway) {
      getContext().getLog().info("{}: the store answers again", session.session());
    } else if (watch.isSilent(nowNanos)) {
      getContext()
          .getLog()
          .warn(
              "insights of {} wait for the store: it has not answered for {} s",
              session.session(),
              TimeUnit.NANOSECONDS.toSeconds(tools.settings().storeSilentAfterNanos()));
    }
  }

  private Behavior<Command> onStopped() {
    share.close();
    return this;
  }

  private void perform(IngestMachine.Output output) {
    if (output instanceof IngestMachine.Decode decode) {
      decode(decode);
    } else if (output instanceof IngestMachine.Apply apply) {
      apply(apply);
    } else if (output instanceof IngestMachine.Send send) {
      session.sender().send(send.frame());
    } else if (output instanceof IngestMachine.ReadCursors) {
      readCursors();
    } else if (output instanceof IngestMachine.Warn warn) {
      getContext()
          .getLog()
          .warn("insights of {} wait for the store: {}", session.session(), warn.problem());
    } else if (output instanceof IngestMachine.Troubled troubled) {
      onTrouble(troubled);
    } else if (output instanceof IngestMachine.GiveUp giveUp) {
      session.sender().giveUp(giveUp.reason());
    }
  }

  /** The first of a kind at once; how many there were is told when the session is over. */
  private void onTrouble(IngestMachine.Troubled troubled) {
    tools.counts().count(troubled.kind());
    if (troubles.merge(troubled.kind(), 1L, Long::sum) == 1) {
      getContext()
          .getLog()
          .warn("{}: {}, {}", session.session(), troubled.kind(), troubled.problem());
    }
  }

  private void decode(IngestMachine.Decode decode) {
    LaneKey lane = decode.lane();
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> Decoded.of(decode.push()), tools.decoders()),
            (decoded, failure) ->
                new Feed(
                    new IngestMachine.DecodeDone(
                        lane,
                        decode.id(),
                        // Bytes that make the decoder fail in a way it does not know are kept too.
                        failure == null ? decoded : new Decoded.Damaged(failure.toString()))));
  }

  private void apply(IngestMachine.Apply apply) {
    watch.asked(tools.clock().monotonicNanos());
    Change change = apply.change();
    LaneKey lane = change.lane();
    getContext()
        .pipeToSelf(
            tools.store().apply(change),
            (outcome, failure) ->
                new Feed(
                    failure == null
                        ? new IngestMachine.Applied(lane, apply.id(), outcome)
                        : new IngestMachine.ApplyFailed(
                            lane, apply.id(), String.valueOf(failure.getMessage()))));
  }

  /** Of the incarnation and of those that it parted from. */
  private void readCursors() {
    watch.asked(tools.clock().monotonicNanos());
    Frame.Hello hello = session.hello();
    CompletionStage<Map<LaneKey, Cursor>> all =
        CompletableFuture.completedFuture(new LinkedHashMap<>());
    for (Incarnation each : Greetings.of(hello).incarnations()) {
      all =
          all.thenCombine(
              tools.store().cursors(hello.node(), each),
              (known, cursors) -> {
                cursors.forEach(
                    (lane, cursor) -> known.put(new LaneKey(hello.node(), each, lane), cursor));
                return known;
              });
    }
    getContext()
        .pipeToSelf(
            all,
            (cursors, failure) ->
                new Feed(
                    failure == null
                        ? new IngestMachine.CursorsRead(cursors)
                        : new IngestMachine.CursorsUnknown(String.valueOf(failure.getMessage()))));
  }

  private void setTimer() {
    long at = machine.wakeAtNanos();
    if (at != timerAtNanos) {
      timerAtNanos = at;
      if (at == IngestMachine.NEVER) {
        timers.cancel("wake");
      } else {
        long delayNanos = Math.max(0, at - tools.clock().monotonicNanos());
        timers.startSingleTimer(
            "wake", new Feed(new IngestMachine.Wake()), Duration.ofNanos(delayNanos));
      }
    }
  }
}
