package io.ebbmesh.sim.fault;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What ends the program of a node, with or without the machine; and clocks. */
final class PowerFaults {

  private PowerFaults() {}

  static Episode of(FaultPlan fault, Victim victim, Chance chance) {
    return switch (fault.kind()) {
      case POWER_CUT -> new Crash(fault, victim, true);
      case PROCESS_CRASH -> new Crash(fault, victim, false);
      case CRASH_AT_STEP -> () -> crashAtStep(fault, victim, chance);
      case NATIVE_CRASH -> () -> nativeCrash(fault, victim, chance);
      case REWIND_DISK -> new Rewind(fault, victim);
      case CLOCK_STEP -> () -> stepClock(fault, victim.node());
      default -> throw new IllegalArgumentException(fault.kind() + " ends no program");
    };
  }

  private record Crash(FaultPlan fault, Victim victim, boolean power) implements Episode {

    @Override
    public @Nullable String begin() {
      if (!victim.node().isRunning()) {
        return null;
      }
      victim.node().crash(power);
      return power ? "the power is cut" : "the process is killed";
    }

    @Override
    public void end() {
      if (power) {
        victim.powerOn(fault.details());
      } else {
        victim.node().restart();
      }
    }
  }

  /** A machine may be off when it happens. */
  private static final class Rewind implements Episode {

    private final FaultPlan fault;
    private final Victim victim;
    private @Nullable MemoryStorage image;

    Rewind(FaultPlan fault, Victim victim) {
      this.fault = fault;
      this.victim = victim;
    }

    @Override
    public void prepare() {
      image = victim.node().disk().copy();
    }

    @Override
    public @Nullable String begin() {
      if (image == null) {
        return null;
      }
      SimNode node = victim.node();
      node.crash(true);
      node.rewind(image);
      image = null;
      return "an older image is put on the disk";
    }

    @Override
    public void end() {
      victim.powerOn(fault.details());
    }
  }

  /** A fault that crashes the node before this one does takes it back: the disk forgets hooks. */
  private static @Nullable String crashAtStep(FaultPlan fault, Victim victim, Chance chance) {
    SimNode node = victim.node();
    if (!node.isRunning()) {
      return null;
    }
    MemoryStorage disk = node.disk();
    long last = disk.mutations() + fault.details().step();
    disk.beforeEachMutation(
        () -> {
          if (disk.mutations() >= last && node.isRunning()) {
            node.crash(true);
            victim.tell(fault, "the power is cut before change " + last);
            victim
                .world()
                .after(fault.length().draw(chance), () -> victim.powerOn(fault.details()));
            throw new UncheckedIOException(new IOException("the power is gone"));
          }
        });
    return "change " + last + " to the disk will be the last";
  }

  private static @Nullable String nativeCrash(FaultPlan fault, Victim victim, Chance chance) {
    if (!victim.node().isRunning() || !victim.node().plan().accelerator()) {
      return null;
    }
    boolean armed =
        victim.crashDevice(
            () -> {
              victim.tell(fault, "the driver took the process with it");
              victim.world().after(fault.length().draw(chance), victim.node()::restart);
            });
    return armed ? "the next inference will crash the process" : null;
  }

  private static @Nullable String stepClock(FaultPlan fault, SimNode node) {
    if (!node.isRunning()) {
      return null;
    }
    node.stepClock(fault.details().shiftMillis());
    return "the clock jumps by " + fault.details().shiftMillis() + " ms";
  }
}
