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

  private final SessionIngest.Tools tools;
  private final Map<Peers.SessionId, Running> sessions = new LinkedHashMap<>();

  private Ingest(ActorContext<Peers.Signal> context, SessionIngest.Tools tools) {
    super(context);
    this.tools = tools;
  }

  /** Stores through {@code store}; decodes on the dispatcher {@value #DECODERS}. */
  public static Behavior<Peers.Signal> create(
      InsightStore store, NodeClock clock, Chance chance, IngestSettings settings) {
    return Behaviors.setup(
        context ->
            new Ingest(
                context,
                new SessionIngest.Tools(
                    store,
                    clock,
                    chance,
                    settings,
                    new DecodeBudget(settings.maxDecodedTogether()),
                    context
                        .getSystem()
                        .dispatchers()
                        .lookup(DispatcherSelector.fromConfig(DECODERS)))));
  }

  @Override
  public Receive<Peers.Signal> createReceive() {
    return newReceiveBuilder()
        .onMessage(Peers.PeerHeard.class, this::onHeard)
        .onMessage(Peers.PeerUp.class, this::onUp)
        .onMessage(Peers.PeerDown.class, this::onDown)
        .onSignal(ChildFailed.class, this::onChildFailed)
        .onSignal(Terminated.class, terminated -> this)
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
    return this;
  }
}
