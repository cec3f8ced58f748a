package io.ebbmesh.sim.check;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.MachineClock;
import io.ebbmesh.sync.clock.SystemChance;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.link.LinkListener;
import io.ebbmesh.sync.link.netty.LinkSettings;
import io.ebbmesh.sync.link.netty.NettyLink;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.ebbmesh.sync.session.Session;
import io.ebbmesh.sync.session.SessionActor;
import io.ebbmesh.sync.session.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Many nodes of one hub in this process, each with a certificate, a session and a TLS connection.
 */
final class StormLoad implements AutoCloseable {

  private final ActorSystem<Void> system;
  private final NettyLink links;
  private final ServedNodes served;
  private final AtomicLong dials;

  private StormLoad(
      ActorSystem<Void> system, NettyLink links, ServedNodes served, AtomicLong dials) {
    this.system = system;
    this.links = links;
    this.served = served;
    this.dials = dials;
  }

  /** All nodes dial at once. */
  static StormLoad start(Deployment deployment, int nodes, int hubPort) throws IdentityException {
    List<NodeId> ids = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      ids.add(new NodeId("storm-" + i));
    }
    Config config = ConfigFactory.load();
    MachineClock clock = new MachineClock();
    List<TlsIdentity> identities = deployment.identities(ids);
    NettyLink links =
        NettyLink.create(
            identities.get(0),
            PeerName.hub(Deployment.HUB),
            clock,
            LinkSettings.of(config.getConfig("ebbmesh.sync.link")));
    SessionSettings settings = SessionSettings.of(config.getConfig("ebbmesh.sync.session"));
    Endpoint hub = new Endpoint("127.0.0.1", hubPort);
    ServedNodes served = new ServedNodes();
    AtomicLong dials = new AtomicLong();
    Behavior<Void> all =
        Behaviors.setup(
            context -> {
              for (int i = 0; i < nodes; i++) {
                Link link = new CountedLink(links.as(identities.get(i)), dials);
                node(context, ids.get(i), i, link, hub, clock, settings, served);
              }
              return Behaviors.empty();
            });
    return new StormLoad(ActorSystem.create(all, "storm", config), links, served, dials);
  }

  private static void node(
      ActorContext<Void> context,
      NodeId node,
      int number,
      Link link,
      Endpoint hub,
      MachineClock clock,
      SessionSettings settings,
      ServedNodes served) {
    ActorRef<Session.Command> session =
        context.spawn(
            SessionActor.create(
                link, hub, node, BlockEncoder.CURRENT_VERSION, clock, new SystemChance(), settings),
            "session-" + number);
    context.spawn(StormNode.create(node, number, clock, session, served), "road-" + number);
  }

  /** Nodes of which the hub holds a block since the last call of {@link #reset}. */
  int served() {
    return served.count();
  }

  /** Dials since the last call of {@link #reset}. */
  long dials() {
    return dials.get();
  }

  void reset() {
    served.reset();
    dials.set(0);
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    links.close().toCompletableFuture().join();
  }

  private record CountedLink(Link link, AtomicLong dials) implements Link {
    @Override
    public void dial(Endpoint hub, LinkListener listener) {
      dials.incrementAndGet();
      link.dial(hub, listener);
    }
  }
}
