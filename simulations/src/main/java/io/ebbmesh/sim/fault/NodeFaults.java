package io.ebbmesh.sim.fault;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fault, as it happens to one node. */
final class NodeFaults {

  private static final int BITS_PER_BYTE = 8;

  private final World world;
  private final SimNode node;
  private final Witness witness;
  private final FaultPlan fault;
  private final Chance chance;
  private @Nullable MemoryStorage image;

  NodeFaults(World world, SimNode node, Witness witness, FaultPlan fault) {
    this.world = world;
    this.node = node;
    this.witness = witness;
    this.fault = fault;
    this.chance = world.chance("fault/" + fault.number() + "/" + node.name() + "/what");
  }

  /** What has to be done before the fault's time: an image is taken. */
  void prepare() {
    if (fault.kind() == FaultKind.REWIND_DISK) {
      long at = fault.when().atNanos() - fault.details().backNanos();
      world.at(Math.max(0, at), () -> image = node.disk().copy());
    }
  }

  void happen() {
    switch (fault.kind()) {
      case LINK_DOWN, ONE_WAY_CUT, FORGET_CONNECTIONS -> link();
      case POWER_CUT -> crash(true, "power cut");
      case PROCESS_CRASH -> crash(false, "process killed");
      case NATIVE_CRASH -> nativeCrash();
      case CRASH_AT_STEP -> crashAtStep();
      case REWIND_DISK -> rewind();
      case DISK_FULL, FSYNC_ERROR, SLOW_DISK -> disk();
      case BIT_FLIP -> flip();
      case DEVICE_HANG, DEVICE_SLOW, DEVICE_BREAK -> device();
      case CLOCK_STEP -> {
        tell("clock jumps by " + fault.details().shiftMillis() + " ms");
        node.stepClock(fault.details().shiftMillis());
      }
      default -> throw new IllegalStateException(fault.kind() + " is no fault of a node");
    }
  }

  private void tell(String text) {
    witness.fault(node.number(), fault.kind().name(), text);
  }

  private void later(Runnable action) {
    world.after(fault.lengthNanos(), action);
  }

  private void link() {
    tell("begins");
    switch (fault.kind()) {
      case LINK_DOWN -> {
        node.wire().cut();
        later(() -> node.wire().mend());
      }
      case ONE_WAY_CUT -> {
        boolean toHub = fault.details().toHub();
        node.wire().cutOneWay(toHub);
        later(() -> node.wire().mendOneWay(toHub));
      }
      default -> node.wire().forgetConnections();
    }
  }

  private void crash(boolean power, String text) {
    if (node.isRunning()) {
      tell(text);
      node.crash(power);
      later(this::reboot);
    }
  }

  private void reboot() {
    Long clock = fault.details().clockMillis();
    node.boot(clock != null ? clock : node.trueMillis() + fault.details().shiftMillis());
  }

  private void nativeCrash() {
    if (node.isRunning()) {
      tell("the driver takes the process with it");
      node.device().crashNext();
      rebootWhenDown();
    }
  }

  /** The crash comes with the next inference, whenever that is. */
  private void rebootWhenDown() {
    later(
        () -> {
          if (node.isRunning()) {
            rebootWhenDown();
          } else {
            reboot();
          }
        });
  }

  private void crashAtStep() {
    if (!node.isRunning()) {
      return;
    }
    long last = node.disk().mutations() + fault.details().step();
    node.disk()
        .beforeEachMutation(
            () -> {
              if (node.isRunning() && node.disk().mutations() >= last) {
                tell("power cut before change " + last + " to the disk");
                node.crash(true);
                later(this::reboot);
                throw new UncheckedIOException(new IOException("the power is gone"));
              }
            });
  }

  private void rewind() {
    MemoryStorage old = image;
    if (old == null || !node.isRunning()) {
      return;
    }
    tell("an image of the disk is put back");
    node.crash(true);
    node.rewind(old);
    later(this::reboot);
  }

  private void disk() {
    MemoryStorage disk = node.disk();
    tell("begins");
    switch (fault.kind()) {
      case DISK_FULL -> {
        disk.limitCapacity(disk.usedBytes());
        later(() -> disk.limitCapacity(node.plan().disk().capacityBytes()));
      }
      case FSYNC_ERROR -> {
        node.damaged();
        disk.failSyncs(path -> true);
        later(() -> disk.failSyncs(path -> false));
      }
      default -> {
        node.slowDisk(fault.details().factor());
        later(() -> node.slowDisk(1));
      }
    }
  }

  private void flip() {
    MemoryStorage disk = node.disk();
    try {
      List<String> files =
          disk.paths().stream().filter(path -> path.startsWith("outbox/log/")).toList();
      if (files.isEmpty()) {
        return;
      }
      for (int i = 0; i < fault.details().bits(); i++) {
        String path = files.get((int) (chance.nextDouble() * files.size()));
        byte[] content = disk.content(path);
        int written = content.length;
        while (written > 0 && content[written - 1] == 0) {
          written--;
        }
        if (written > 0) {
          long bit = (long) (chance.nextDouble() * written * BITS_PER_BYTE);
          node.damaged();
          disk.flipBit(path, bit);
          tell("bit " + bit + " of " + path + " flips");
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      tell("nothing to flip: " + e.getMessage());
    }
  }

  private void device() {
    tell("begins");
    switch (fault.kind()) {
      case DEVICE_HANG -> node.device().hang(fault.lengthNanos());
      case DEVICE_SLOW -> node.device().slowDown(fault.details().factor());
      default -> node.device().breakDown();
    }
    later(() -> node.device().repair());
  }
}
