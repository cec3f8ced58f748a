package io.ebbmesh.sim.fault;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.machine.Lan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One LAN, which falls into parts; the last of several overlapping partitions heals it. */
final class LanFaults {

  private final Lan lan;
  private int partitions;

  LanFaults(Lan lan) {
    this.lan = lan;
  }

  String name() {
    return lan.name();
  }

  boolean has(FaultPlan fault) {
    return fault.matches(lan.name()) || lan.memberNames().stream().anyMatch(fault::matches);
  }

  Episode of(FaultPlan fault, Chance chance) {
    return new Episode() {
      @Override
      public @Nullable String begin() {
        List<Integer> members = lan.memberNumbers();
        if (members.size() < 2) {
          return null;
        }
        partitions++;
        int parts = fault.details().parts();
        members.forEach(node -> lan.part(node, (int) (chance.nextDouble() * parts)));
        return lan.name() + " falls into " + parts + " parts";
      }

      @Override
      public void end() {
        if (--partitions == 0) {
          lan.heal();
        }
      }
    };
  }
}
