package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.link.LinkListener;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The node's session: a thin shell around {@link NodeSession} that dials, keeps its timer and hands
 * frames to the roads. Registrations, standings and the time of the next dial outlive a supervised
 * restart.
 */
public final class SessionActor extends AbstractBehavior<Session.Command> {

  record LinkIsUp(long attempt, Connection connection) implements Session.Command {}

  record LinkIsDown(long attempt, String reason) implements Session.Command {}

  record LinkHeard(long attempt, Frame frame) implements Session.Command {}

  record LinkHeardBytes(long attempt) implements Session.Command {}

  record RoadGivesUp(long attempt, String reason) implements Session.Command {}

  enum LinkIsReachable implements Session.Command {
    INSTANCE
  }

  enum Timer implements Session.Command {
    WAKE
  }

  /** Whom the session serves; kept apart from the actor so that a restart forgets nobody. */
  private static final class Roads {
    @Nullable ActorRef<Session.Signal> insights;
    @Nullable ActorRef<Session.Signal> models;
    Session.@Nullable InsightStanding insightStanding;
    Session.@Nullable ModelStanding modelStanding;
    NodeSession.Dialled dialled = NodeSession.Dialled.NEVER;
  }

  private static final long NO_TIMER = NodeSession.NEVER;

  private final Link link;
  private final Endpoint hub;
  private final NodeClock clock;
  private final NodeSession machine;
  private final Roads roads;
  private final TimerScheduler<Session.Command> timers;

  private long timerAtNanos = NO_TIMER;
  private @Nullable Connection connection;
  private long connectionAttempt;
  private Session.@Nullable Up up;
  private String toldProblem = "";

  private SessionActor(
      ActorContext<Session.Command> context,
      TimerScheduler<Session.Command> timers,
      Link link,
      Endpoint hub,
      NodeClock clock,
      NodeSession machine,
      Roads roads) {
    super(context);
    this.timers = timers;
    this.link = link;
    this.hub = hub;
    this.clock = clock;
    this.machine = machine;
    this.roads = roads;
    ActorRef<Session.Command> self = context.getSelf();
    link.whenReachable(() -> self.tell(LinkIsReachable.INSTANCE));
    if (roads.modelStanding != null) {
      feed(new NodeSession.Serving(roads.modelStanding.serving()));
    }
    if (roads.insightStanding != null) {
      feed(new NodeSession.Standing(roads.insightStanding));
    }
  }

  /**
   * @param node as in this node's certificate
   * @param maxBlockVersion newest block format that this program writes
   */
  public static Behavior<Session.Command> create(
      Link link,
      Endpoint hub,
      NodeId node,
      int maxBlockVersion,
      NodeClock clock,
      Chance chance,
      SessionSettings settings) {
    Roads roads = new Roads();
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new SessionActor(
                        context,
                        timers,
                        link,
                        hub,
                        clock,
                        new NodeSession(node, maxBlockVersion, settings, chance, roads.dialled),
                        roads)));
  }

  @Override
  public Receive<Session.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(LinkHeard.class, m -> feed(new NodeSession.FrameIn(m.attempt(), m.frame())))
        .onMessage(Session.InsightStanding.class, this::onInsightStanding)
        .onMessage(Session.ModelStanding.class, this::onModelStanding)
        .onMessage(Session.RegisterInsights.class, m -> register(roads.insights = m.road()))
        .onMessage(Session.RegisterModels.class, m -> register(roads.models = m.road()))
        .onMessage(LinkIsUp.class, this::onLinkUp)
        .onMessage(LinkIsDown.class, m -> feed(new NodeSession.LinkDown(m.attempt(), m.reason())))
        .onMessage(LinkHeardBytes.class, m -> feed(new NodeSession.BytesIn(m.attempt())))
        .onMessage(LinkIsReachable.class, m -> feed(new NodeSession.Reachable()))
        .onMessage(RoadGivesUp.class, m -> feed(new NodeSession.GiveUp(m.attempt(), m.reason())))
        .onMessage(Session.GetStatus.class, this::onGetStatus)
        .onMessageEquals(Timer.WAKE, this::onWake)
        .onSignal(PreRestart.class, signal -> onStop("session restarts"))
        .onSignal(PostStop.class, signal -> onStop("session stops"))
        .build();
  }

  private Behavior<Session.Command> onInsightStanding(Session.InsightStanding standing) {
    roads.insightStanding = standing;
    return feed(new NodeSession.Standing(standing));
  }

  private Behavior<Session.Command> onModelStanding(Session.ModelStanding standing) {
    roads.modelStanding = standing;
    return feed(new NodeSession.Serving(standing.serving()));
  }

  private Behavior<Session.Command> register(ActorRef<Session.Signal> road) {
    if (up != null) {
      road.tell(up);
    }
    return this;
  }

  private Behavior<Session.Command> onGetStatus(Session.GetStatus ask) {
    ask.replyTo().tell(machine.status());
    return this;
  }

  private Behavior<Session.Command> onLinkUp(LinkIsUp message) {
    if (!machine.awaitsLink(message.attempt())) {
      message.connection().close();
      return this;
    }
    connection = message.connection();
    connectionAttempt = message.attempt();
    return feed(new NodeSession.LinkUp(message.attempt(), clock.now()));
  }

  private Behavior<Session.Command> onWake() {
    timerAtNanos = NO_TIMER;
    return feed(new NodeSession.Wake(clock.now()));
  }

  private Behavior<Session.Command> onStop(String reason) {
    closeConnection();
    if (up != null) {
      up = null;
      tellRoads(new Session.Down(reason));
    }
    return this;
  }

  private Behavior<Session.Command> feed(NodeSession.Input input) {
    for (NodeSession.Output output : machine.on(clock.monotonicNanos(), input)) {
      perform(output);
    }
    setTimer();
    tellNewProblem();
    return this;
  }

  /** Once per problem, not per attempt: an outage of weeks must not fill the node's disk. */
  private void tellNewProblem() {
    String problem = machine.status().lastProblem();
    if (!problem.equals(toldProblem)) {
      toldProblem = problem;
      getContext()
          .getLog()
          .warn("no session with hub at {}, trying again until there is one: {}", hub, problem);
    }
  }

  private void perform(NodeSession.Output output) {
    if (output instanceof NodeSession.ToInsights deliver) {
      tell(roads.insights, new Session.Heard(deliver.frame()));
    } else if (output instanceof NodeSession.ToModels deliver) {
      tell(roads.models, new Session.Heard(deliver.frame()));
    } else if (output instanceof NodeSession.Send send) {
      if (connection != null) {
        connection.send(send.frame());
      }
    } else if (output instanceof NodeSession.Dial dial) {
      roads.dialled = machine.dialled();
      link.dial(hub, new Listener(dial.attempt(), getContext().getSelf()));
    } else if (output instanceof NodeSession.Close) {
      closeConnection();
    } else if (output instanceof NodeSession.Synchronise now) {
      synchronise(now);
    } else if (output instanceof NodeSession.Started started && connection != null) {
      up =
          new Session.Up(
              started.welcome(), new Sender(connection, connectionAttempt, getContext().getSelf()));
      getContext().getLog().info("session with hub {} at {} is up", connection.peer(), hub);
      tellRoads(up);
    } else if (output instanceof NodeSession.Forked forked) {
      tell(roads.insights, new Session.Forked(forked.incarnation(), forked.forkPoints()));
    } else if (output instanceof NodeSession.Ended ended) {
      up = null;
      toldProblem = ended.reason();
      getContext().getLog().info("session with hub at {} is over: {}", hub, ended.reason());
      tellRoads(new Session.Down(ended.reason()));
    }
  }

  /**
   * A time at which a certificate of this session does not hold is wrong. A node that believed it
   * could not dial its hub again, and would never hear the right one.
   */
  private void synchronise(NodeSession.Synchronise now) {
    if (connection == null || connection.isGoodAt(now.hubWallMillis())) {
      clock.synchronise(now.hubWallMillis(), now.atMonotonicNanos());
      return;
    }
    getContext()
        .getLog()
        .warn(
            "hub at {} says that it is {}, when a certificate of this session does not hold; its"
                + " time is not taken. Set the hub's clock.",
            hub,
            Instant.ofEpochMilli(now.hubWallMillis()));
  }

  private void tellRoads(Session.Signal signal) {
    tell(roads.insights, signal);
    tell(roads.models, signal);
  }

  private static void tell(@Nullable ActorRef<Session.Signal> road, Session.Signal signal) {
    if (road != null) {
      road.tell(signal);
    }
  }

  private void closeConnection() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  /** Sets the timer only if it has to ring earlier: each frame moves the deadline away. */
  private void setTimer() {
    long at = machine.wakeAtNanos();
    if (at < timerAtNanos) {
      timerAtNanos = at;
      long delayNanos = Math.max(0, at - clock.monotonicNanos());
      timers.startSingleTimer(Timer.WAKE, Timer.WAKE, Duration.ofNanos(delayNanos));
    }
  }

  /** Turns what the link says on its own threads into messages. */
  private record Listener(long attempt, ActorRef<Session.Command> session) implements LinkListener {

    @Override
    public void onUp(Connection connection) {
      session.tell(new LinkIsUp(attempt, connection));
    }

    @Override
    public void onFrame(Frame frame) {
      session.tell(new LinkHeard(attempt, frame));
    }

    @Override
    public void onBytes() {
      session.tell(new LinkHeardBytes(attempt));
    }

    @Override
    public void onDown(String reason) {
      session.tell(new LinkIsDown(attempt, reason));
    }
  }

  private record Sender(Connection connection, long attempt, ActorRef<Session.Command> session)
      implements FrameSender {

    @Override
    public void send(Frame frame) {
      connection.send(frame);
    }

    @Override
    public void giveUp(String reason) {
      session.tell(new RoadGivesUp(attempt, reason));
    }
  }
}
