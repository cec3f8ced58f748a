package io.ebbmesh.sync.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all sessions of a hub together may have been granted and not yet given back. May be used
 * from any thread.
 */
final class CreditPool {

  private final long totalBytes;
  private final AtomicLong grantedBytes = new AtomicLong();

  CreditPool(long totalBytes) {
    this.totalBytes = totalBytes;
  }

  /**
   * Takes as much as there is, but never less than a session needs to live.
   *
   * @return how much was taken, {@code leastBytes} to {@code wantedBytes}
   */
  long take(long leastBytes, long wantedBytes) {
    long before =
        grantedBytes.getAndUpdate(
            granted -> granted + taken(totalBytes - granted, leastBytes, wantedBytes));
    return taken(totalBytes - before, leastBytes, wantedBytes);
  }

  private static long taken(long free, long leastBytes, long wantedBytes) {
    return Math.max(leastBytes, Math.min(free, wantedBytes));
  }

  void giveBack(long bytes) {
    grantedBytes.addAndGet(-bytes);
  }

  long grantedBytes() {
    return grantedBytes.get();
  }
}
