package io.ebbmesh.sim.fault;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.machine.Fleet;
import io.ebbmesh.sim.machine.Lan;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Plans faults on the world's clock; each node and each fault has luck of its own. */
public final class FaultPlanner {

  private static final int HUB = 0;

  private final World world;
  private final Fleet fleet;
  private final Witness witness;
  private final List<Lan> lans = new ArrayList<>();

  public FaultPlanner(World world, Fleet fleet, Witness witness) {
    this.world = world;
    this.fleet = fleet;
    this.witness = witness;
  }

  /** A LAN that can be partitioned. */
  public void add(Lan lan) {
    lans.add(lan);
  }

  /** Plans all occurrences of a fault until its end. */
  public void plan(FaultPlan fault) {
    if (fault.kind().isOfHub()) {
      HubFaults hub = new HubFaults(world, fleet.hub(), witness);
      schedule(fault, "hub", at -> hub.happen(fault));
      return;
    }
    if (fault.kind() == FaultKind.LAN_PARTITION) {
      for (Lan lan : lans) {
        if (fault.matches(lan.name()) || fault.nodes().equals("*")) {
          schedule(fault, lan.name(), at -> partition(lan, fault));
        }
      }
      return;
    }
    for (SimNode node : fleet.nodes()) {
      Chance chance = world.chance("fault/" + fault.number() + "/" + node.name() + "/share");
      if (fault.matches(node.name()) && chance.nextDouble() < fault.share()) {
        NodeFaults faults = new NodeFaults(world, node, witness, fault);
        faults.prepare();
        schedule(fault, node.name(), at -> faults.happen());
      }
    }
  }

  private void schedule(FaultPlan fault, String name, LongConsumer happens) {
    Chance chance = world.chance("fault/" + fault.number() + "/" + name);
    FaultPlan.When when = fault.when();
    if (when.isOnce()) {
      long at = when.atNanos() + (long) (chance.nextDouble() * when.spreadNanos());
      world.at(at, () -> happens.accept(at));
    } else {
      again(when, when.fromNanos(), chance, happens);
    }
  }

  /** Gaps are exponential: what happened before says nothing of when it happens again. */
  private void again(FaultPlan.When when, long afterNanos, Chance chance, LongConsumer happens) {
    double gap = -StrictMath.log(1 - chance.nextDouble()) * when.everyNanos();
    long at = afterNanos + (long) Math.min(gap, Long.MAX_VALUE / 4.0);
    if (at <= when.toNanos()) {
      world.at(
          at,
          () -> {
            happens.accept(at);
            again(when, at, chance, happens);
          });
    }
  }

  private void partition(Lan lan, FaultPlan fault) {
    Chance chance = world.chance("partition/" + fault.number() + "/" + world.nowNanos());
    witness.fault(
        HUB, fault.kind().name(), lan.name() + " falls into " + fault.details().parts() + " parts");
    fleet
        .nodes()
        .forEach(
            node -> lan.part(node.number(), (int) (chance.nextDouble() * fault.details().parts())));
    world.after(
        fault.lengthNanos(),
        () -> {
          lan.heal();
          witness.fault(HUB, fault.kind().name(), lan.name() + " is whole again");
        });
  }
}
