package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.session.FrameSender;
import io.ebbmesh.sync.session.Peers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The hub's insight road: gives each session an ingest of its own and takes it away with it. Keeps
 * nothing: the store's cursors are the only truth.
 */
public final class Ingest extends AbstractBehavior<Peers.Signal> {

  private static final String DECODERS = "ebbmesh.sync.ingest.decode-dispatcher";

  private record Running(ActorRef<SessionIngest.Command> ingest, FrameSender sender) {}

  /** What the hub's doors share: who has a session, and what was not taken. */
  public record Shared(Holders holders, IngestCounts counts) {
    public static Shared create() {
      return new Shared(new Holders(), new IngestCounts());
    }
  }

  private final SessionIngest.Tools tools;
  private final Holders holders;
  private final Map<Peers.SessionId, Running> sessions = new LinkedHashMap<>();
  private final Map<ActorRef<Void>, Peers.SessionId> ending = new LinkedHashMap<>();

  private Ingest(ActorContext<Peers.Signal> context, SessionIngest.Tools tools, Holders holders) {
    super(context);
    this.tools = tools;
    this.holders = holders;
  }

  /**
   * Stores through {@code store}; decodes on the dispatcher {@value #DECODERS}.
   *
   * @param shared with the {@link StoreAdmission} of the same hub
   */
  public static Behavior<Peers.Signal> create(
      InsightStore store, NodeClock clock, Chance chance, IngestSettings settings, Shared shared) {
    return Behaviors.setup(
        context ->
            new Ingest(
                context,
                new SessionIngest.Tools(
                    store,
                    clock,
                    chance,
                    settings,
                    shared.counts(),
                    new DecodeBudget(settings.maxDecodedTogether()),
                    context
                        .getSystem()
                        .dispatchers()
                        .lookup(DispatcherSelector.fromConfig(DECODERS))),
                shared.holders()));
  }

  @Override
  public Receive<Peers.Signal> createReceive() {
    return newReceiveBuilder()
        .onMessage(Peers.PeerHeard.class, this::onHeard)
        .onMessage(Peers.PeerUp.class, this::onUp)
        .onMessage(Peers.PeerDown.class, this::onDown)
        .onSignal(ChildFailed.class, this::onChildFailed)
        .onSignal(Terminated.class, this::onTerminated)
        .build();
  }

  private Behavior<Peers.Signal> onUp(Peers.PeerUp up) {
    // One that fails is not restarted: its session ends, and the node comes back.
    ActorRef<SessionIngest.Command> ingest =
        getContext()
            .spawn(
                SessionIngest.create(tools, up), up.session().node() + "-" + up.session().number());
    getContext().watch(ingest);
    sessions.put(up.session(), new Running(ingest, up.sender()));
    ending.put(ingest.unsafeUpcast(), up.session());
    holders.add(up.session(), up.hello());
    return this;
  }

  private Behavior<Peers.Signal> onHeard(Peers.PeerHeard heard) {
    Running running = sessions.get(heard.session());
    if (running != null) {
      running.ingest().tell(new SessionIngest.Feed(new IngestMachine.FrameIn(heard.frame())));
    }
    return this;
  }

  private Behavior<Peers.Signal> onDown(Peers.PeerDown down) {
    Running running = sessions.remove(down.session());
    if (running != null) {
      running.ingest().tell(new SessionIngest.Stop());
    }
    return this;
  }

  /** Only now can nothing of the session reach the store any more. */
  private Behavior<Peers.Signal> onTerminated(Terminated terminated) {
    Peers.SessionId session = ending.remove(terminated.getRef());
    if (session != null) {
      holders.remove(session);
    }
    return this;
  }

  private Behavior<Peers.Signal> onChildFailed(ChildFailed failed) {
    sessions
        .values()
        .removeIf(
            running -> {
              boolean isIt = running.ingest().equals(failed.getRef());
              if (isIt) {
                running.sender().giveUp("ingest failed: " + failed.getCause());
              }
              return isIt;
            });
    return onTerminated(failed);
  }
}
