package io.ebbmesh.sync.insight.ingest;

import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;

/**
 * Limits of the ingest of sessions; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.ingest}.
 */
public record IngestSettings(
    int maxDecodedInsights,
    int maxDecodedTogether,
    int maxWaitingLosses,
    long maxInsightsPerSecond,
    long secondHolderAfterNanos,
    long secondHolderRetryMillis,
    long secondMachineRetryMillis,
    long retryBaseNanos,
    long retryCapNanos,
    long storeSilentAfterNanos) {

  public IngestSettings {
    check("max-decoded-insights", maxDecodedInsights);
    check("max-decoded-together", maxDecodedTogether);
    check("max-waiting-losses", maxWaitingLosses);
    check("max-insights-per-second", maxInsightsPerSecond);
    check("second-holder-after", secondHolderAfterNanos);
    check("second-holder-retry", secondHolderRetryMillis);
    check("second-machine-retry", secondMachineRetryMillis);
    check("store-silent-after", storeSilentAfterNanos);
    if (retryBaseNanos < 1 || retryCapNanos < retryBaseNanos) {
      throw new IllegalArgumentException(
          "ebbmesh.sync.ingest.retry-base must be above 0 and at most retry-cap");
    }
  }

  private static void check(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "ebbmesh.sync.ingest." + key + " is " + value + ": choose at least 1");
    }
  }

  /** Reads {@code ebbmesh.sync}: its section ingest, and when a dead node's session is over. */
  public static IngestSettings of(Config sync) {
    Config ingest = sync.getConfig("ingest");
    checkNodesHearInTime(sync);
    long deadNanos = sync.getDuration("session.hub.liveness-deadline", TimeUnit.NANOSECONDS);
    return new IngestSettings(
        ingest.getInt("max-decoded-insights"),
        ingest.getInt("max-decoded-together"),
        ingest.getInt("max-waiting-losses"),
        ingest.getLong("max-insights-per-second"),
        deadNanos + ingest.getDuration("second-holder-after", TimeUnit.NANOSECONDS),
        ingest.getDuration("second-holder-retry", TimeUnit.MILLISECONDS),
        ingest.getDuration("second-machine-retry", TimeUnit.MILLISECONDS),
        ingest.getDuration("retry-base", TimeUnit.NANOSECONDS),
        ingest.getDuration("retry-cap", TimeUnit.NANOSECONDS),
        ingest.getDuration("store-silent-after", TimeUnit.NANOSECONDS));
  }

  /** Nodes are taken to have this hub's settings: what they have it cannot know. */
  private static void checkNodesHearInTime(Config sync) {
    long silent = sync.getDuration("ingest.store-silent-after", TimeUnit.MILLISECONDS);
    long heartbeat = sync.getDuration("session.hub.store-away-heartbeat", TimeUnit.MILLISECONDS);
    long deadline = sync.getDuration("uplink.progress-deadline", TimeUnit.MILLISECONDS);
    if (silent + heartbeat >= deadline) {
      throw new IllegalArgumentException(
          ("ebbmesh.sync.ingest.store-silent-after is %d ms and session.hub.store-away-heartbeat %d ms: together"
                  + " they must be below uplink.progress-deadline, %d ms, or nodes leave before they"
                  + " hear that the store is away")
              .formatted(silent, heartbeat, deadline));
    }
  }
}
