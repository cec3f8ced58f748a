package io.ebbmesh.sim.fault;

import io.ebbmesh.sim.machine.SimHub;
import org.jspecify.annotations.Nullable;

/** What goes wrong at the hub. */
final class HubFaults {

  private final SimHub hub;
  private int storeFails;

  HubFaults(SimHub hub) {
    this.hub = hub;
  }

  Episode of(FaultPlan fault) {
    return fault.kind() == FaultKind.HUB_CRASH
        ? new Crash(hub)
        : Episode.of("the hub's store fails", () -> failStore(1), () -> failStore(-1));
  }

  private void failStore(int more) {
    storeFails += more;
    hub.failStore(storeFails > 0);
  }

  private record Crash(SimHub hub) implements Episode {

    @Override
    public @Nullable String begin() {
      if (!hub.isRunning()) {
        return null;
      }
      hub.crash();
      return "the hub crashes";
    }

    @Override
    public void end() {
      hub.boot();
    }
  }
}
