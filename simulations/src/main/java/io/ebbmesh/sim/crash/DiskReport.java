package io.ebbmesh.sim.crash;

import org.jspecify.annotations.Nullable;

/**
 * What a full disk did to a node.
 *
 * @param acceptedWhileFull readings accepted while nothing could be allocated
 * @param startedFull whether the node came to answer when it was started on the full disk
 * @param statusAnswered whether {@code /v1/status} did all the time
 * @param logBytesWhileFull what the node said meanwhile
 * @param acceptingAgainMillis from the return of the space to the next acceptance
 * @param problem why the run ended early; null if it did not
 */
record DiskReport(
    long accepted,
    long acceptedButLost,
    long duplicates,
    boolean balanced,
    long acceptedWhileFull,
    boolean startedFull,
    boolean statusAnswered,
    long logBytesWhileFull,
    long acceptingAgainMillis,
    @Nullable String problem) {

  private static final long MAX_AGAIN_MILLIS = 10_000;
  private static final long MAX_LOG_BYTES = 1 << 20;

  static DiskReport failed(String problem) {
    return new DiskReport(0, 0, 0, false, 0, false, false, 0, 0, problem);
  }

  /** Whether every promise was kept. */
  boolean held() {
    return problem == null
        && acceptedButLost == 0
        && duplicates == 0
        && balanced
        && startedFull
        && statusAnswered
        && logBytesWhileFull <= MAX_LOG_BYTES
        && acceptingAgainMillis <= MAX_AGAIN_MILLIS;
  }
}
