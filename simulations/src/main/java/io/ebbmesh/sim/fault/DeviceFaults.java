package io.ebbmesh.sim.fault;

import org.jspecify.annotations.Nullable;

/** What goes wrong with the accelerator of a node; nodes without one are spared. */
record DeviceFaults(FaultPlan fault, Victim victim, long lengthNanos) implements Episode {

  @Override
  public @Nullable String begin() {
    if (!victim.node().plan().accelerator()) {
      return null;
    }
    double factor = fault.details().factor();
    return switch (fault.kind()) {
      case DEVICE_HANG -> {
        victim.hangDevice(lengthNanos);
        yield "the accelerator hangs";
      }
      case DEVICE_SLOW -> {
        victim.slowDevice(factor);
        yield "inferences take " + factor + " times as long";
      }
      case DEVICE_BREAK -> {
        victim.breakDevice(1);
        yield "the accelerator fails";
      }
      default -> throw new IllegalArgumentException(fault.kind() + " is not about a device");
    };
  }

  @Override
  public void end() {
    switch (fault.kind()) {
      case DEVICE_SLOW -> victim.deviceAsBefore(fault.details().factor());
      case DEVICE_BREAK -> victim.breakDevice(-1);
      default -> {}
    }
  }
}
