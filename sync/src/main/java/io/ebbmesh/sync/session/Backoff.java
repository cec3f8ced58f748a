package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.time.Chance;

/**
 * Full jitter: a uniform draw between nothing and a bound that doubles with each failure, so that
 * nodes which lost the hub together do not come back together.
 */
final class Backoff {

  private static final int MAX_DOUBLINGS = 30;

  private final long baseNanos;
  private final long capNanos;
  private final Chance chance;
  private int failures;

  Backoff(long baseNanos, long capNanos, Chance chance) {
    this.baseNanos = baseNanos;
    this.capNanos = capNanos;
    this.chance = chance;
  }

  int failures() {
    return failures;
  }

  void reset() {
    failures = 0;
  }

  /** A draw between nothing and the smallest bound; counts no failure. */
  long jitterNanos() {
    return (long) (chance.nextDouble() * Math.min(baseNanos, capNanos));
  }

  /**
   * Counts one more failure.
   *
   * @param atLeastNanos what the peer asked for; the draw is added to it
   * @return how long to wait
   */
  long nextDelayNanos(long atLeastNanos) {
    int doublings = Math.min(failures, MAX_DOUBLINGS);
    failures++;
    long bound = capNanos;
    if (baseNanos <= capNanos >> doublings) {
      bound = baseNanos << doublings;
    }
    return atLeastNanos + (long) (chance.nextDouble() * bound);
  }
}
