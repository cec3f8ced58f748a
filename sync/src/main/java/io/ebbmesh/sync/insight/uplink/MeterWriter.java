package io.ebbmesh.sync.insight.uplink;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a metered link has spent, off the uplink's thread: one write at a time, the newest
 * value next. A disk that is slow holds up no block.
 */
final class MeterWriter {

  private final MeterFile file;
  private final Executor executor;
  private final Consumer<IOException> failed;
  private Metering.@Nullable Spent next;
  private boolean writing;

  /** Whether the last value is written; guarded by the file. */
  private boolean over;

  /**
   * @param executor runs the writes, which block
   * @param failed hears of a write that failed, on any thread; the next one replaces it
   */
  MeterWriter(MeterFile file, Executor executor, Consumer<IOException> failed) {
    this.file = file;
    this.executor = executor;
    this.failed = failed;
  }

  /** Returns at once. */
  void write(Metering.Spent spent) {
    synchronized (this) {
      next = spent;
      if (writing) {
        return;
      }
      writing = true;
    }
    try {
      executor.execute(this::writeAll);
    } catch (RejectedExecutionException e) {
      // The process ends, and writes the last value itself.
      take();
      take();
    }
  }

  /** Blocks until it is written; nothing is written after it. */
  void writeLast(Metering.Spent spent) {
    write(spent, true);
  }

  private void writeAll() {
    for (Metering.Spent spent = take(); spent != null; spent = take()) {
      write(spent, false);
    }
  }

  private synchronized Metering.@Nullable Spent take() {
    Metering.Spent taken = next;
    next = null;
    writing = taken != null;
    return taken;
  }

  private void write(Metering.Spent spent, boolean last) {
    synchronized (file) {
      if (over) {
        return;
      }
      over = last;
      try {
        file.write(spent);
      } catch (IOException e) {
        failed.accept(e);
      }
    }
  }
}
