package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.link.Connection;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** The hub's end of one connection: a thin shell around {@link HubSession}. */
final class HubSessionActor extends AbstractBehavior<HubSessionActor.Command> {

  /** To one session. */
  sealed interface Command {}

  record LinkHeard(Frame frame) implements Command {}

  record LinkHeardBytes() implements Command {}

  record LinkIsDown(String reason) implements Command {}

  record GiveUp(String reason) implements Command {}

  record StoreIs(boolean away) implements Command {}

  private record Answered(Admission.Answer answer) implements Command {}

  private record AdmissionFailed(String reason) implements Command {}

  private record Wake() implements Command {}

  /** Whom all sessions of a hub serve. */
  record Surroundings(
      ActorRef<HubSessions.Command> registry,
      ActorRef<Peers.Signal> insights,
      ActorRef<Peers.Signal> models,
      Admission admission,
      NodeClock clock,
      CreditPool credit,
      HubSession.Reads reads,
      HubSessionSettings settings) {}

  private static final long NO_TIMER = HubSession.NEVER;

  private final Surroundings around;
  private final Connection connection;
  private final long number;
  private final HubSession machine;
  private final TimerScheduler<Command> timers;
  private long timerAtNanos = NO_TIMER;
  private boolean turnedAway;
  private @Nullable CreditWindow credit;
  private Peers.@Nullable SessionId live;

  private HubSessionActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Surroundings around,
      Connection connection,
      long number) {
    super(context);
    this.timers = timers;
    this.around = around;
    this.connection = connection;
    this.number = number;
    this.machine =
        new HubSession(
            connection.peer(), around.reads(), around.settings(), around.clock().monotonicNanos());
    setTimer();
  }

  static Behavior<Command> create(Surroundings around, Connection connection, long number) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new HubSessionActor(context, timers, around, connection, number)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(
            LinkHeard.class, m -> feed(new HubSession.FrameIn(m.frame(), around.clock().now())))
        .onMessage(LinkHeardBytes.class, m -> feed(new HubSession.BytesIn()))
        .onMessage(LinkIsDown.class, m -> feed(new HubSession.LinkDown(m.reason())))
        .onMessage(GiveUp.class, m -> feed(new HubSession.GiveUp(m.reason())))
        .onMessage(StoreIs.class, m -> feed(new HubSession.StoreIs(m.away())))
        .onMessage(Answered.class, m -> feed(input(m.answer())))
        .onMessage(AdmissionFailed.class, m -> feed(new HubSession.AdmissionFailed(m.reason())))
        .onMessage(Wake.class, m -> onWake())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private HubSession.Input input(Admission.Answer answer) {
    if (answer instanceof Admission.Admitted admitted) {
      CreditWindow opened =
          CreditWindow.open(around.credit(), around.settings(), around.clock().monotonicNanos());
      credit = opened;
      return new HubSession.Admitted(admitted.cursors(), opened.bytes(), around.clock().now());
    } else if (answer instanceof Admission.Busy busy) {
      return new HubSession.Busy(busy.message(), busy.retryAfterMillis());
    }
    Admission.Forked forked = (Admission.Forked) answer;
    return new HubSession.Forked(forked.message(), forked.forkPoints());
  }

  private Behavior<Command> onWake() {
    timerAtNanos = NO_TIMER;
    return feed(new HubSession.Wake(around.clock().now()));
  }

  /** Also after a failure: the connection must not outlive its session, nor the roads wait. */
  private Behavior<Command> onPostStop() {
    connection.close();
    ended("session stops");
    if (credit != null) {
      credit.close();
    }
    return this;
  }

  private Behavior<Command> feed(HubSession.Input input) {
    for (HubSession.Output output : machine.on(around.clock().monotonicNanos(), input)) {
      perform(output);
    }
    if (machine.isClosed()) {
      return Behaviors.stopped();
    }
    setTimer();
    return this;
  }

  private void perform(HubSession.Output output) {
    if (output instanceof HubSession.ToInsights deliver && live != null) {
      around.insights().tell(new Peers.PeerHeard(live, deliver.frame()));
    } else if (output instanceof HubSession.ToModels deliver && live != null) {
      around.models().tell(new Peers.PeerHeard(live, deliver.frame()));
    } else if (output instanceof HubSession.Send send) {
      connection.send(send.frame());
    } else if (output instanceof HubSession.RecordTime time) {
      around.admission().recordTime(time.node(), time.nodeTime(), time.hubWallMillis());
    } else if (output instanceof HubSession.Claim claim) {
      around.registry().tell(new HubSessions.Claim(claim.node(), number, getContext().getSelf()));
    } else if (output instanceof HubSession.Admit admit) {
      getContext()
          .pipeToSelf(
              around.admission().admit(admit.hello()),
              (answer, failure) ->
                  failure == null
                      ? new Answered(answer)
                      : new AdmissionFailed(String.valueOf(failure.getMessage())));
    } else if (output instanceof HubSession.Started started) {
      started(started);
    } else if (output instanceof HubSession.TurnAway away) {
      turnedAway = true;
      around
          .registry()
          .tell(new HubSessions.TurnedAway(connection.peer(), away.cause(), away.reason()));
    } else if (output instanceof HubSession.Close close) {
      // Whom the hub sent away the registry logs, and not each of a flood.
      if (!turnedAway) {
        getContext()
            .getLog()
            .info("closing connection of {}: {}", connection.peer(), close.reason());
      }
      connection.close();
    } else if (output instanceof HubSession.Ended ended) {
      ended(ended.reason());
    }
  }

  private void started(HubSession.Started started) {
    CreditWindow window = credit;
    if (window == null) {
      throw new IllegalStateException("a session started that was not admitted");
    }
    live = new Peers.SessionId(started.hello().node(), number);
    Peers.PeerUp up =
        new Peers.PeerUp(
            live,
            started.hello(),
            started.welcome(),
            window,
            new Sender(connection, getContext().getSelf()));
    around.insights().tell(up);
    around.models().tell(up);
  }

  private void ended(String reason) {
    if (live != null) {
      Peers.PeerDown down = new Peers.PeerDown(live, reason);
      live = null;
      around.insights().tell(down);
      around.models().tell(down);
    }
  }

  /** Sets the timer only if it has to ring earlier: each frame moves the deadline away. */
  private void setTimer() {
    long at = machine.wakeAtNanos();
    if (at < timerAtNanos) {
      timerAtNanos = at;
      long delayNanos = Math.max(0, at - around.clock().monotonicNanos());
      timers.startSingleTimer("wake", new Wake(), Duration.ofNanos(delayNanos));
    }
  }

  private record Sender(Connection connection, ActorRef<Command> session) implements PeerSender {

    @Override
    public void send(Frame frame) {
      if (frame instanceof Frame.Ack) {
        Failpoint.ACKNOWLEDGE.reached();
      }
      connection.send(frame);
    }

    @Override
    public void giveUp(String reason) {
      session.tell(new GiveUp(reason));
    }

    @Override
    public void storeIsAway(boolean away) {
      session.tell(new StoreIs(away));
    }
  }
}
