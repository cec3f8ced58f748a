package io.ebbmesh.sync.insight.uplink;

import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;

/**
 * Limits of the uplink; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.uplink}.
 */
public record UplinkSettings(
    int maxReadBlocks,
    long maxReadBytes,
    int maxBlocksInFlight,
    int maxLossesInFlight,
    long progressDeadlineNanos,
    long retryDelayNanos) {

  /** Reads the section {@code ebbmesh.sync.uplink}. */
  public static UplinkSettings of(Config uplink) {
    return new UplinkSettings(
        uplink.getInt("max-read-blocks"),
        uplink.getBytes("max-read-bytes"),
        uplink.getInt("max-blocks-in-flight"),
        uplink.getInt("max-losses-in-flight"),
        uplink.getDuration("progress-deadline", TimeUnit.NANOSECONDS),
        uplink.getDuration("retry-delay", TimeUnit.NANOSECONDS));
  }
}
