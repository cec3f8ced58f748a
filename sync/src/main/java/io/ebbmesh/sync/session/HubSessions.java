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
  private long lastNumber;

  private HubSessions(ActorContext<Command> context, HubSessionActor.Surroundings around) {
    super(context);
    this.around = around;
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
                    context.getSelf(), insights, models, admission, clock, reads, settings)));
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
        .onMessage(GetConnected.class, this::onGetConnected)
        .onMessage(Ended.class, this::onEnded)
        .build();
  }

  private Behavior<Command> onConnected(Connected connected) {
    Connection connection = connected.connection();
    HubSessionSettings settings = around.settings();
    if (sessions.size() >= settings.maxSessions()) {
      String message =
          "hub has " + sessions.size() + " sessions, the limit max-sessions of its configuration";
      connection.send(
          new Frame.Refused(Frame.RefusalReason.BUSY, message, settings.busyRetryAfterMillis()));
      connection.close();
      return this;
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
