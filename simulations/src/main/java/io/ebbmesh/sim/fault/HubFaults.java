package io.ebbmesh.sim.fault;

import io.ebbmesh.sim.machine.SimHub;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.World;

/** What goes wrong at the hub. */
final class HubFaults {

  private static final int HUB = 0;

  private final World world;
  private final SimHub hub;
  private final Witness witness;

  HubFaults(World world, SimHub hub, Witness witness) {
    this.world = world;
    this.hub = hub;
    this.witness = witness;
  }

  void happen(FaultPlan fault) {
    if (fault.kind() == FaultKind.HUB_CRASH) {
      hub.crash();
      world.after(fault.lengthNanos(), hub::boot);
      return;
    }
    witness.fault(HUB, "hub-store", "the hub's store fails");
    hub.failStore(true);
    world.after(
        fault.lengthNanos(),
        () -> {
          hub.failStore(false);
          witness.fault(HUB, "hub-store", "the hub's store works again");
        });
  }
}
