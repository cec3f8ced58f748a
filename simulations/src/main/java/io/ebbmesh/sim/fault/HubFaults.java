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
      tell(fault, "process killed");
      hub.crash();
      world.after(fault.lengthNanos(), hub::boot);
      return;
    }
    tell(fault, "the hub's store fails");
    hub.failStore(true);
    world.after(
        fault.lengthNanos(),
        () -> {
          hub.failStore(false);
          tell(fault, "the hub's store works again");
        });
  }

  private void tell(FaultPlan fault, String text) {
    witness.fault(HUB, fault.kind().name(), text);
  }
}
