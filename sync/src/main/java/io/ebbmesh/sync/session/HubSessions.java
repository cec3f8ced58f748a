package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.LinkListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of a hub: gives each connection an actor, at most as many as the named limit, and
 * ends the older session when a node comes again.
 */
public final class HubSessions extends AbstractBehavior<HubSessions.Command> {

  /** To the hub's sessions. */
  public sealed interface Command {}

  private record Connected(Connection connection, RelayListener listener) implements Command {}

  /** A session admitted its node. */
  record Claim(NodeId node, long number, ActorRef<HubSessionActor.Command> session)
      implements Command {}

  /** Asks which nodes were admitted and are still connected. */
  public record GetConnected(ActorRef<ConnectedNodes> replyTo) implements Command {}

  /**
   * @param nodes ascending
   * @param connections open connections, greeted or not
   */
  public record ConnectedNodes(List<NodeId> nodes, int connections) {}

  /** Asks how often peers were sent away or given up since the start, and why. */
  public record GetDoorCounts(ActorRef<DoorCounts> replyTo) implements Command {}

  /**
   * @param counts by cause; those that never happened are there too
   */
  public record DoorCounts(Map<DoorCause, Long> counts) {}

  /** A session sent its peer away, or gave it up. */
  record TurnedAway(String peer, DoorCause cause, String reason) implements Command {}

  /** A session's actor has ended. */
  private record Ended(ActorRef<HubSessionActor.Command> session) implements Command {}

  /** An open session, and whose it is once that is known. */
  private static final class Open {
    final long number;
    @Nullable NodeId node;

    Open(long number) {
      this.number = number;
    }
  }

  private final HubSessionActor.Surroundings around;
  private final Map<ActorRef<HubSessionActor.Command>, Open> sessions = new LinkedHashMap<>();
  private final Map<NodeId, ActorRef<HubSessionActor.Command>> newest = new TreeMap<>();
  private final HelloGate gate;
  private final DoorBook book = new DoorBook();
  private long lastNumber;

  private HubSessions(ActorContext<Command> context, HubSessionActor.Surroundings around) {
    super(context);
    this.around = around;
    this.gate = new HelloGate(around.settings(), around.clock().monotonicNanos());
  }

  /**
   * @param insights hears {@link Frame.BlockPush} and {@link Frame.LossDeclared} of all nodes
   * @param models hears {@link Frame.Report} and {@link Frame.ChunkRequest} of all nodes
   * @param maxBlockVersion newest block format that this hub reads
   * @param dictionaries zstd dictionaries that this hub has
   */
  public static Behavior<Command> create(
      ActorRef<Peers.Signal> insights,
      ActorRef<Peers.Signal> models,
      Admission admission,
      NodeClock clock,
      int maxBlockVersion,
      List<Integer> dictionaries,
      HubSessionSettings settings) {
    HubSession.Reads reads = new HubSession.Reads(maxBlockVersion, List.copyOf(dictionaries));
    return Behaviors.setup(
        context ->
            new HubSessions(
                context,
                new HubSessionActor.Surroundings(
                    context.getSelf(),
                    insights,
                    models,
                    admission,
                    clock,
                    new CreditPool(settings.totalCreditBytes()),
                    reads,
                    settings)));
  }

  /** Listeners for {@link io.ebbmesh.sync.link.LinkServer#bind}. */
  public static Supplier<LinkListener> listeners(ActorRef<Command> sessions) {
    return () -> new RelayListener((c, listener) -> sessions.tell(new Connected(c, listener)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Connected.class, this::onConnected)
        .onMessage(Claim.class, this::onClaim)
        .onMessage(TurnedAway.class, this::onTurnedAway)
        .onMessage(GetDoorCounts.class, this::onGetDoorCounts)
        .onMessage(GetConnected.class, this::onGetConnected)
        .onMessage(Ended.class, this::onEnded)
        .build();
  }

  private Behavior<Command> onConnected(Connected connected) {
    Connection connection = connected.connection();
    long now = around.clock().monotonicNanos();
    HelloGate.TurnedAway away =
        gate.admit(now, connection.peer(), sessions.size(), sessions.size() - newest.size());
    if (away != null) {
      connection.send(
          new Frame.Refused(Frame.RefusalReason.BUSY, away.message(), away.retryAfterMillis()));
      connection.close();
      return onTurnedAway(new TurnedAway(connection.peer(), away.cause(), away.message()));
    }
    long number = ++lastNumber;
    // A session that fails is over: its node dials again. Nothing here restarts one.
    ActorRef<HubSessionActor.Command> session =
        getContext().spawn(HubSessionActor.create(around, connection, number), "session-" + number);
    sessions.put(session, new Open(number));
    getContext().watchWith(session, new Ended(session));
    connected.listener().relayTo(session);
    return this;
  }

  private Behavior<Command> onClaim(Claim claim) {
    ActorRef<HubSessionActor.Command> older = newest.get(claim.node());
    Open olderOpen = older == null ? null : sessions.get(older);
    if (older != null && olderOpen != null) {
      boolean claimIsOlder = claim.number() < olderOpen.number;
      ActorRef<HubSessionActor.Command> loser = claimIsOlder ? claim.session() : older;
      loser.tell(new HubSessionActor.GiveUp("the node has a newer session"));
      if (claimIsOlder) {
        return this;
      }
    }
    Open claiming = sessions.get(claim.session());
    if (claiming != null) {
      claiming.node = claim.node();
      newest.put(claim.node(), claim.session());
    }
    return this;
  }

  private Behavior<Command> onTurnedAway(TurnedAway away) {
    long unlogged = book.count(around.clock().monotonicNanos(), away.cause());
    if (unlogged >= 0) {
      getContext()
          .getLog()
          .info(
              "{} was sent away ({}): {} ({} more were not logged)",
              away.peer(),
              away.cause(),
              away.reason(),
              unlogged);
    }
    return this;
  }

  private Behavior<Command> onGetDoorCounts(GetDoorCounts ask) {
    ask.replyTo().tell(new DoorCounts(book.counts()));
    return this;
  }

  private Behavior<Command> onGetConnected(GetConnected ask) {
    ask.replyTo().tell(new ConnectedNodes(List.copyOf(newest.keySet()), sessions.size()));
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    Open open = sessions.remove(ended.session());
    if (open != null && open.node != null) {
      newest.remove(open.node, ended.session());
    }
    return this;
  }
}
