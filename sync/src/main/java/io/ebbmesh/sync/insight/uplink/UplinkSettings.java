package io.ebbmesh.sync.insight.uplink;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.sync.insight.outbox.LaneSettings;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Limits of the uplink; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.uplink}.
 *
 * @param slowestLinkBytes a second
 * @param weights share of each lane while all have something to send
 * @param freshShare percent of a lane's weight for what is new, while there is a backlog
 * @param maxRanges runs of sequence numbers that the hub may hold of a lane
 * @param metered what bulk lanes wait for
 */
public record UplinkSettings(
    int maxReadBlocks,
    long maxReadBytes,
    int maxBlocksInFlight,
    int maxLossesInFlight,
    long progressDeadlineNanos,
    long slowestLinkBytes,
    long retryDelayNanos,
    Map<Lane, Integer> weights,
    int freshShare,
    long freshBacklogBytes,
    long maxStaleNanos,
    int maxRanges,
    long firstWindowBytes,
    long minWindowBytes,
    long queueTargetNanos,
    long delayMemoryNanos,
    MeteredSettings metered) {

  public UplinkSettings {
    Map<Lane, Integer> sorted = new EnumMap<>(Lane.class);
    sorted.putAll(weights);
    weights = Collections.unmodifiableMap(sorted);
    within("slowest-link", slowestLinkBytes, 1, Integer.MAX_VALUE);
    within("fresh-share", freshShare, 1, 99);
    within("first-window", firstWindowBytes, 1, Integer.MAX_VALUE);
    within("min-window", minWindowBytes, 1, Integer.MAX_VALUE);
  }

  /** Reads the section {@code ebbmesh.sync.uplink} of a whole configuration, and those of lanes. */
  public static UplinkSettings of(Config config) {
    Config uplink = config.getConfig("ebbmesh.sync.uplink");
    return new UplinkSettings(
        uplink.getInt("max-read-blocks"),
        uplink.getBytes("max-read-bytes"),
        uplink.getInt("max-blocks-in-flight"),
        uplink.getInt("max-losses-in-flight"),
        uplink.getDuration("progress-deadline", TimeUnit.NANOSECONDS),
        uplink.getBytes("slowest-link"),
        uplink.getDuration("retry-delay", TimeUnit.NANOSECONDS),
        weights(config),
        uplink.getInt("fresh-share"),
        uplink.getBytes("fresh-backlog"),
        uplink.getDuration("max-stale", TimeUnit.NANOSECONDS),
        SessionLimits.MAX_RANGES,
        uplink.getBytes("first-window"),
        uplink.getBytes("min-window"),
        uplink.getDuration("queue-target", TimeUnit.NANOSECONDS),
        uplink.getDuration("delay-memory", TimeUnit.NANOSECONDS),
        MeteredSettings.of(uplink.getConfig("metered")));
  }

  private static Map<Lane, Integer> weights(Config config) {
    Map<Lane, Integer> weights = new EnumMap<>(Lane.class);
    for (Lane lane : Lane.values()) {
      weights.put(lane, LaneSettings.of(config, lane).weight());
    }
    return weights;
  }

  private static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "ebbmesh.sync.uplink." + key + " is " + value + ": choose " + least + " to " + most);
    }
  }

  /** How long the hub may acknowledge nothing while the longest block that it owes is so long. */
  long progressDeadlineNanos(long longestBytes) {
    return progressDeadlineNanos + longestBytes * 1_000_000_000L / slowestLinkBytes;
  }

  /** Weight of a lane that has one flow; weights of two flows of a lane add up to it. */
  long weight(Lane lane) {
    return 100L * weights.getOrDefault(lane, 1);
  }

  long freshWeight(Lane lane) {
    return (long) weights.getOrDefault(lane, 1) * freshShare;
  }

  long backfillWeight(Lane lane) {
    return weight(lane) - freshWeight(lane);
  }
}
