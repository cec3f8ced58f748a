package io.ebbmesh.sim.fault;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.machine.Fleet;
import io.ebbmesh.sim.machine.Lan;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** Plans faults on the world's clock; each node and each fault has luck of its own. */
public final class FaultPlanner {

  private static final int NO_NODE = 0;

  private final World world;
  private final Fleet fleet;
  private final Witness witness;
  private final HubFaults hub;
  private final List<LanFaults> lans = new ArrayList<>();
  private final Map<String, SimNode> copies = new TreeMap<>();
  private final Map<SimNode, Victim> victims = new LinkedHashMap<>();

  public FaultPlanner(World world, Fleet fleet, Witness witness) {
    this.world = world;
    this.fleet = fleet;
    this.witness = witness;
    this.hub = new HubFaults(fleet.hub());
  }

  /** A LAN that can be partitioned. */
  public void add(Lan lan) {
    lans.add(new LanFaults(lan));
  }

  /** Adds the machines that will start as copies; they are off, and other faults may meet them. */
  public void addCopies(FaultPlan fault) {
    if (fault.kind() != FaultKind.CLONE) {
      return;
    }
    for (SimNode node : List.copyOf(fleet.nodes())) {
      if (!node.plan().isCopy() && isMeant(fault, node)) {
        String name = node.name() + "-copy";
        for (int i = 2; fleet.node(name) != null; i++) {
          name = node.name() + "-copy" + i;
        }
        copies.put(fault.number() + "/" + node.name(), fleet.add(node.plan().copy(name)));
      }
    }
  }

  private boolean isMeant(FaultPlan fault, SimNode node) {
    return fault.matches(node.name())
        && chance(fault, node.name() + "/share").nextDouble() < fault.share();
  }

  /** Plans all occurrences of a fault; its nodes are there already. */
  public void plan(FaultPlan fault) {
    if (fault.kind().isOfHub()) {
      new Occurrences(fault, NO_NODE, "hub", length -> hub.of(fault)).plan();
      return;
    }
    if (fault.kind().isOfLan()) {
      for (LanFaults lan : lans) {
        if (lan.has(fault)) {
          Chance what = chance(fault, lan.name() + "/what");
          new Occurrences(fault, NO_NODE, lan.name(), length -> lan.of(fault, what)).plan();
        }
      }
      return;
    }
    for (SimNode node : fleet.nodes()) {
      if (isMeant(fault, node) && !(fault.kind() == FaultKind.CLONE && node.plan().isCopy())) {
        Victim victim = victims.computeIfAbsent(node, unknown -> new Victim(world, node, witness));
        Chance what = chance(fault, node.name() + "/what");
        new Occurrences(
                fault, node.number(), node.name(), length -> episode(fault, victim, what, length))
            .plan();
      }
    }
  }

  private Chance chance(FaultPlan fault, String name) {
    return world.chance("fault/" + fault.number() + "/" + name);
  }

  private Episode episode(FaultPlan fault, Victim victim, Chance what, long lengthNanos) {
    return switch (fault.kind()) {
      case LINK_DOWN, ONE_WAY_CUT, FORGET_CONNECTIONS -> LinkFaults.of(fault, victim);
      case POWER_CUT, PROCESS_CRASH, CRASH_AT_STEP, REWIND_DISK, NATIVE_CRASH, CLOCK_STEP ->
          PowerFaults.of(fault, victim, what);
      case CLONE ->
          new CloneFault(
              victim,
              Objects.requireNonNull(copies.get(fault.number() + "/" + victim.node().name())));
      case DISK_FULL, FSYNC_ERROR, SLOW_DISK, BIT_FLIP -> DiskFaults.of(fault, victim, what);
      case DEVICE_HANG, DEVICE_SLOW, DEVICE_BREAK -> new DeviceFaults(fault, victim, lengthNanos);
      case HUB_CRASH, HUB_STORE_FAILS, LAN_PARTITION ->
          throw new IllegalArgumentException(fault.kind() + " is no fault of a node");
    };
  }

  /** All times that one fault happens to one node, LAN or hub. */
  private final class Occurrences {

    private final FaultPlan fault;
    private final int node;
    private final LongFunction<Episode> episodes;
    private final Chance times;
    private final Chance lengths;

    Occurrences(FaultPlan fault, int node, String name, LongFunction<Episode> episodes) {
      this.fault = fault;
      this.node = node;
      this.episodes = episodes;
      this.times = chance(fault, name);
      this.lengths = chance(fault, name + "/length");
    }

    void plan() {
      FaultPlan.When when = fault.when();
      if (when.isOnce()) {
        at(when.atNanos() + (long) (times.nextDouble() * when.spreadNanos()));
      } else {
        next(when.fromNanos());
      }
    }

    private void next(long afterNanos) {
      long at = afterNanos + FaultPlan.exponential(fault.when().everyNanos(), times);
      if (at <= fault.when().toNanos()) {
        at(at);
      }
    }

    private void at(long nanos) {
      long length = fault.length().draw(lengths);
      Episode episode = episodes.apply(length);
      if (fault.leadNanos() > 0) {
        world.at(Math.max(world.nowNanos(), nanos - fault.leadNanos()), episode::prepare);
      }
      world.at(
          nanos,
          () -> {
            happen(episode, length);
            if (!fault.when().isOnce()) {
              next(nanos);
            }
          });
    }

    private void happen(Episode episode, long lengthNanos) {
      String text = episode.begin();
      if (text == null) {
        return;
      }
      witness.fault(node, fault.kind().text(), text);
      if (fault.kind().needs() != FaultKind.Needs.NOTHING && !fault.kind().waits()) {
        world.after(
            lengthNanos,
            () -> {
              episode.end();
              witness.fault(node, fault.kind().text(), "over");
            });
      }
    }
  }
}
