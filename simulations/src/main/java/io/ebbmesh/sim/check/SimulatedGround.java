package io.ebbmesh.sim.check;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.sim.link.SimNetwork;
import io.ebbmesh.sim.link.WireSettings;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.machine.Fleet;
import io.ebbmesh.sim.machine.NodePlan;
import io.ebbmesh.sim.machine.Planted;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.EventKind;
import io.ebbmesh.sim.world.SimConfig;
import io.ebbmesh.sim.world.Trace;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The same actors in virtual time, on one thread. */
final class SimulatedGround implements AgreementGround {

  private static final long SEED = 20261124;
  private static final long EPOCH_MILLIS = 1_772_323_200_000L;

  /** What one TLS handshake takes of a small processor. */
  private static final long HANDSHAKE_NANOS = 10_000_000;

  private static final long TIMEOUT_NANOS = 10_000_000_000L;
  private static final int MAX_HALF_OPEN = 256;

  private final World world;
  private final Fleet fleet;
  private final SimNode node;
  private final SourceTail source;
  private long stored;
  private long blocks;
  private long bytesUp;

  /**
   * @param syncNanos what a sync of a disk takes
   * @param csv that is replayed
   * @param sourceLog new file
   */
  SimulatedGround(AgreementPlan plan, long syncNanos, Path csv, Path sourceLog) {
    this.world = new World(SEED, new Untold());
    this.source = new SourceTail(sourceLog);
    Config defaults = SimConfig.of(ConfigFactory.empty());
    this.fleet =
        new Fleet(
            world,
            new Fleet.Plan(
                EPOCH_MILLIS,
                defaults,
                new SimNetwork.HubDoor(HANDSHAKE_NANOS, TIMEOUT_NANOS, MAX_HALF_OPEN),
                syncNanos,
                Planted.NOTHING),
            new Counts());
    Config own = ConfigFactory.parseMap(plan.nodeSettings(csv, sourceLog));
    this.node =
        fleet.add(
            new NodePlan(
                "node",
                "node",
                SimConfig.of(own),
                LinkSchedule.always(LinkCondition.UP),
                wire(plan),
                null,
                List.of(),
                new NodePlan.DiskPlan(syncNanos, 0, Long.MAX_VALUE),
                0,
                true,
                List.of()));
  }

  private static WireSettings wire(AgreementPlan plan) {
    double rate = plan.link().bitsPerSecond();
    long delayNanos = plan.link().oneWayDelay().toNanos();
    return new WireSettings(
        new LinkCondition(true, rate, rate, delayNanos, 0, 0),
        Long.MAX_VALUE,
        WireSettings.Cut.RESET,
        false,
        TIMEOUT_NANOS,
        WireSettings.Hostility.NONE);
  }

  /** Nobody asks how the run went. */
  private static final class Untold implements Trace {

    @Override
    public void step(long nanos, int process) {}

    @Override
    public void event(long nanos, EventKind kind, int machine, long a, long b) {}
  }

  private final class Counts implements Witness {

    @Override
    public void committed(SimNode of, LaneKey lane, Change change, Cursor before, Outcome now) {
      blocks++;
      stored += now.cursor().held().count() - before.held().count();
    }

    @Override
    public void sent(SimNode of, boolean toHub, int bytes) {
      bytesUp += toHub ? bytes : 0;
    }
  }

  @Override
  public void start() {
    fleet.hub().boot();
    node.boot();
  }

  @Override
  public void pass(Duration time) {
    world.runUntil(world.nowNanos() + time.toNanos());
  }

  @Override
  public long nanos() {
    return world.nowNanos();
  }

  @Override
  public long accepted() throws IOException {
    source.look();
    return source.acceptedCount();
  }

  @Override
  public long stored() {
    return stored;
  }

  @Override
  public long blocks() {
    return blocks;
  }

  @Override
  public long bytesUp() {
    return bytesUp;
  }

  @Override
  public void cut() {
    node.wire().cut();
  }

  @Override
  public void mend() {
    node.wire().mend();
  }

  @Override
  public void close() {
    node.crash(false);
    fleet.hub().crash();
  }
}
