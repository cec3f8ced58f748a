package io.ebbmesh.sync.storage;

import java.util.function.LongSupplier;

/**
 * When a simulated disk does what it is asked: one thing after another, and a sync takes time.
 *
 * <p>The caller does not wait, because its thread is the whole world's. What it asks for behind a
 * sync therefore begins only when that sync is over: a power cut before then undoes it surely.
 */
final class DiskQueue {

  private LongSupplier nowNanos = () -> Long.MIN_VALUE;
  private SyncDelay delay = path -> 0;
  private long idleAtNanos = Long.MIN_VALUE;

  void use(LongSupplier clock, SyncDelay newDelay) {
    nowNanos = clock;
    delay = newDelay;
  }

  long now() {
    return nowNanos.getAsLong();
  }

  /** When something that is asked for now begins. */
  long startsAt() {
    return Math.max(now(), idleAtNanos);
  }

  /** Queues a sync and tells when it ends. */
  long sync(String path) {
    long nanos = delay.syncStarts(path);
    if (nanos < 0) {
      throw new IllegalArgumentException("a sync cannot take " + nanos + " ns");
    }
    idleAtNanos = startsAt() + nanos;
    return idleAtNanos;
  }

  /** The power goes, and with it all that was queued. */
  void forget() {
    idleAtNanos = Long.MIN_VALUE;
  }
}
