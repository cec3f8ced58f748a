package io.ebbmesh.sync.insight.ingest;

import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;

/**
 * Limits of the ingest of one session; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.ingest}.
 */
public record IngestSettings(
    int maxDecodedInsights,
    int maxWaitingLosses,
    long maxInsightsPerSecond,
    long secondHolderAfterNanos,
    long secondHolderRetryMillis,
    long secondMachineRetryMillis,
    long retryBaseNanos,
    long retryCapNanos) {

  /** Reads the section {@code ebbmesh.sync.ingest}. */
  public static IngestSettings of(Config ingest) {
    return new IngestSettings(
        ingest.getInt("max-decoded-insights"),
        ingest.getInt("max-waiting-losses"),
        ingest.getLong("max-insights-per-second"),
        ingest.getDuration("second-holder-after", TimeUnit.NANOSECONDS),
        ingest.getDuration("second-holder-retry", TimeUnit.MILLISECONDS),
        ingest.getDuration("second-machine-retry", TimeUnit.MILLISECONDS),
        ingest.getDuration("retry-base", TimeUnit.NANOSECONDS),
        ingest.getDuration("retry-cap", TimeUnit.NANOSECONDS));
  }
}
