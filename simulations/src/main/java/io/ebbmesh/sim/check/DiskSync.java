package io.ebbmesh.sim.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** What a sync takes on a real disk. */
final class DiskSync {

  private static final int SYNCS = 101;
  private static final int PAGE_BYTES = 4_096;

  private DiskSync() {}

  /** Median of appends of 4 KiB, each synced, to a new file in this folder. */
  static long medianNanos(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "sync", ".tmp");
    long[] times = new long[SYNCS];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < SYNCS; i++) {
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        long start = System.nanoTime();
        while (page.hasRemaining()) {
          channel.write(page);
        }
        channel.force(false);
        times[i] = System.nanoTime() - start;
      }
    } finally {
      Files.delete(file);
    }
    Arrays.sort(times);
    return times[SYNCS / 2];
  }
}
