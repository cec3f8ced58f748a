package io.ebbmesh.sim.crash;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What failed syncs did to a node.
 *
 * @param failedSyncs syncs that failed, by the way in which they did
 * @param cuts how often the power went, while syncs failed or soon after
 * @param unfounded readings posted after a failed sync and accepted before a good one
 * @param retried segments synced again after a sync of them had failed
 * @param acceptingAgainMillis slowest, from the last failure to the next acceptance
 * @param problem why the run ended early; null if it did not
 */
record SyncFailReport(
    long accepted,
    long acceptedButLost,
    long duplicates,
    boolean balanced,
    Map<String, Long> failedSyncs,
    int cuts,
    long unfounded,
    long retried,
    long acceptingAgainMillis,
    @Nullable String problem) {

  private static final long MAX_AGAIN_MILLIS = 10_000;

  static SyncFailReport failed(String problem) {
    return new SyncFailReport(0, 0, 0, false, Map.of(), 0, 0, 0, 0, problem);
  }

  /** Whether every promise was kept. */
  boolean held() {
    return problem == null
        && acceptedButLost == 0
        && duplicates == 0
        && balanced
        && unfounded == 0
        && retried == 0
        && acceptingAgainMillis <= MAX_AGAIN_MILLIS;
  }
}
