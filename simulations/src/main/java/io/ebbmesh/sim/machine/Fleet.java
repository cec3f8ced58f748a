package io.ebbmesh.sim.machine;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.link.SimNetwork;
import io.ebbmesh.sim.link.Wire;
import io.ebbmesh.sim.link.WireWatch;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One hub and its nodes in a world. */
public final class Fleet {

  private final World world;
  private final SimNetwork network;
  private final Common common;
  private final SimHub hub;
  private final List<SimNode> nodes = new ArrayList<>();
  private final Map<String, SimNode> byName = new LinkedHashMap<>();

  /**
   * A world's machines that are always there.
   *
   * @param epochMillis the true time at which the world began, milliseconds since 1970
   * @param hubConfig made by {@code SimConfig}
   * @param commitNanos what a transaction of the hub's store takes
   * @param planted bug of the twins; none in an honest world
   */
  public record Plan(
      long epochMillis,
      Config hubConfig,
      SimNetwork.HubDoor door,
      long commitNanos,
      Planted planted) {}

  public Fleet(World world, Plan plan, Witness witness) {
    this.world = world;
    this.network = new SimNetwork(world, plan.door(), plan.planted());
    KeyPair key = SimModel.key(world.chance("signing-key"));
    this.common =
        new Common(
            world,
            witness,
            plan.epochMillis(),
            new ManifestVerifier(List.of(key.getPublic())),
            plan.planted());
    SimStore store = new SimStore(world, plan.commitNanos(), new Commits(witness), plan.planted());
    this.hub = new SimHub(common, network, plan.hubConfig(), key, store);
    world.afterEach(witness::afterEvent);
  }

  public World world() {
    return world;
  }

  public SimHub hub() {
    return hub;
  }

  /** All nodes, number 1 first. */
  public List<SimNode> nodes() {
    return nodes;
  }

  /** The node with this name; null if there is none. */
  public @Nullable SimNode node(String name) {
    return byName.get(name);
  }

  /** Adds a node that is off. */
  public SimNode add(NodePlan plan) {
    int number = nodes.size() + 1;
    Watch watch = new Watch(common.witness());
    Wire wire = network.wire(number, plan.name(), plan.id(), plan.link(), plan.wire(), watch);
    SimNode node = new SimNode(common, number, plan, wire);
    watch.node = node;
    nodes.add(node);
    byName.put(plan.name(), node);
    common.witness().added(node);
    common.witness().link(node, wire.isUp());
    return node;
  }

  /** Turns what the store says into what a witness hears. */
  private final class Commits implements SimStore.Commits {

    private final Witness witness;

    Commits(Witness witness) {
      this.witness = witness;
    }

    private SimNode node(NodeId id) {
      return Objects.requireNonNull(byName.get(id.value()));
    }

    @Override
    public void committed(Change change, Cursor before, Outcome now) {
      witness.committed(node(change.lane().node()), change.lane(), change, before, now);
    }

    @Override
    public void greeted(Greeting greeting) {
      witness.greeted(node(greeting.node()), greeting);
    }
  }

  /** Turns what a wire says into what a witness hears. */
  private static final class Watch implements WireWatch {

    private final Witness witness;
    private @Nullable SimNode node;

    Watch(Witness witness) {
      this.witness = witness;
    }

    private SimNode node() {
      return Objects.requireNonNull(node);
    }

    @Override
    public void link(int number, boolean up) {
      if (node != null) {
        witness.link(node, up);
      }
    }

    @Override
    public void path(int number, boolean whole) {
      if (node != null) {
        witness.path(node, whole);
      }
    }

    @Override
    public void closed(int number) {
      witness.session(node(), false);
    }

    @Override
    public void held(int number, boolean session) {
      witness.held(node(), session);
    }

    @Override
    public void dialled(int number) {
      witness.dialled(node());
    }

    @Override
    public void sent(int number, boolean toHub, int bytes) {
      witness.sent(node(), toHub, bytes);
    }

    @Override
    public void arrived(int number, boolean toHub, Frame frame) {
      if (frame instanceof Frame.Welcome) {
        witness.session(node(), true);
      }
      witness.arrived(node(), toHub, frame);
    }
  }
}
