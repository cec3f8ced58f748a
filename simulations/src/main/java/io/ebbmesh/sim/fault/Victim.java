package io.ebbmesh.sim.fault;

import io.ebbmesh.sim.machine.DeviceHealth;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.World;
import java.util.ArrayList;
import java.util.List;

/**
 * One node and what it suffers at present. Faults that overlap nest: what several of them do ends
 * with the last. What a crash of the node makes its disk forget is put back before it starts again.
 */
final class Victim {

  private final World world;
  private final SimNode node;
  private final Witness witness;
  private final List<Double> diskFactors = new ArrayList<>();
  private final List<Double> deviceFactors = new ArrayList<>();
  private int diskFull;
  private int syncErrors;
  private int deviceBroken;
  private long deviceHangsUntilNanos;
  private boolean deviceCrashes;

  Victim(World world, SimNode node, Witness witness) {
    this.world = world;
    this.node = node;
    this.witness = witness;
    node.beforeEachStart(this::failSyncs);
  }

  World world() {
    return world;
  }

  SimNode node() {
    return node;
  }

  void tell(FaultPlan fault, String text) {
    witness.fault(node.number(), fault.kind().text(), text);
  }

  /** Power comes back, and the clock says what the fault wants. */
  void powerOn(FaultPlan.Details details) {
    Long clock = details.clockMillis();
    node.boot(clock != null ? clock : node.trueMillis() + details.shiftMillis());
  }

  void fillDisk() {
    if (diskFull++ == 0) {
      node.disk().limitCapacity(node.disk().usedBytes());
    }
  }

  void emptyDisk() {
    if (--diskFull == 0) {
      node.disk().limitCapacity(node.plan().disk().capacityBytes());
    }
  }

  void syncErrors(int more) {
    syncErrors += more;
    failSyncs();
  }

  private void failSyncs() {
    if (syncErrors > 0) {
      node.damaged();
    }
    node.disk().failSyncs(path -> syncErrors > 0);
  }

  void slowDisk(double factor) {
    diskFactors.add(factor);
    node.slowDisk(worst(diskFactors));
  }

  void diskAsBefore(double factor) {
    diskFactors.remove(Double.valueOf(factor));
    node.slowDisk(worst(diskFactors));
  }

  private static double worst(List<Double> factors) {
    return factors.stream().mapToDouble(Double::doubleValue).max().orElse(1);
  }

  void hangDevice(long nanos) {
    deviceHangsUntilNanos = Math.max(deviceHangsUntilNanos, world.nowNanos() + nanos);
    device();
  }

  void slowDevice(double factor) {
    deviceFactors.add(factor);
    device();
  }

  void deviceAsBefore(double factor) {
    deviceFactors.remove(Double.valueOf(factor));
    device();
  }

  void breakDevice(int more) {
    deviceBroken += more;
    device();
  }

  /**
   * The next inference crashes the process.
   *
   * @return false if it does so already
   */
  boolean crashDevice(Runnable crashed) {
    if (deviceCrashes) {
      return false;
    }
    deviceCrashes = true;
    node.device()
        .crashNext(
            () -> {
              deviceCrashes = false;
              crashed.run();
            });
    return true;
  }

  /** Makes the device what all of its present faults together say. */
  private void device() {
    DeviceHealth device = node.device();
    device.slowDown(worst(deviceFactors));
    device.hang(Math.max(0, deviceHangsUntilNanos - world.nowNanos()));
    device.breakDown(deviceBroken > 0);
  }
}
