package io.ebbmesh.sim.fault;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes wrong with the disk of a node, whether or not it runs. */
final class DiskFaults {

  private static final String LOG = "outbox/log/";

  private DiskFaults() {}

  static Episode of(FaultPlan fault, Victim victim, Chance chance) {
    double factor = fault.details().factor();
    return switch (fault.kind()) {
      case DISK_FULL -> Episode.of("the disk is full", victim::fillDisk, victim::emptyDisk);
      case FSYNC_ERROR ->
          Episode.of("syncs fail", () -> victim.syncErrors(1), () -> victim.syncErrors(-1));
      case SLOW_DISK ->
          Episode.of(
              "syncs take " + factor + " times as long",
              () -> victim.slowDisk(factor),
              () -> victim.diskAsBefore(factor));
      case BIT_FLIP -> () -> flip(fault.details().bits(), victim, chance);
      default -> throw new IllegalArgumentException(fault.kind() + " is not about a disk");
    };
  }

  /** Bytes that were never written hold nothing that could be lost. */
  private static @Nullable String flip(int bits, Victim victim, Chance chance) {
    MemoryStorage disk = victim.node().disk();
    List<String> flipped = new ArrayList<>();
    try {
      for (int i = 0; i < bits; i++) {
        List<String> files = new ArrayList<>();
        List<Long> written = new ArrayList<>();
        for (String path : disk.paths()) {
          long bytes = path.startsWith(LOG) ? written(disk.content(path)) : 0;
          if (bytes > 0) {
            files.add(path);
            written.add(bytes);
          }
        }
        if (files.isEmpty()) {
          return null;
        }
        int file = (int) (chance.nextDouble() * files.size());
        long bit = (long) (chance.nextDouble() * written.get(file) * Byte.SIZE);
        victim.node().damaged();
        disk.flipBit(files.get(file), bit);
        flipped.add("bit " + bit + " of " + files.get(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "turned around: " + String.join(", ", flipped);
  }

  private static int written(byte[] content) {
    int length = content.length;
    while (length > 0 && content[length - 1] == 0) {
      length--;
    }
    return length;
  }
}
