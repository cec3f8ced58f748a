package io.ebbmesh.sync.insight.outbox;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.block.BlockLimits;
import io.ebbmesh.protocol.insight.Lane;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The named limits of an outbox; see {@code ebbmesh.sync.outbox} in {@code reference.conf}.
 *
 * @param journalPlugin configuration path of the journal
 * @param snapshotPlugin configuration path of the snapshot store
 * @param zstdLevel how hard blocks are compressed
 * @param maxBlockInsights insights in one block of any lane
 * @param maxBlockBytes bytes of one block of any lane before compression
 * @param maxWaitingInsights insights taken and not yet durable
 * @param maxWaitingBytes bytes of them before compression
 * @param maxBlocks blocks that a lane holds
 * @param maxSources sources whose position is kept, and apart from them as many keys
 * @param acknowledgeInterval longest time until an acknowledgement is durable
 * @param snapshotEveryEvents fewest events between two snapshots
 * @param trimAtBytes acknowledged bytes that are worth a trim
 * @param restartMin first wait after a failed write
 * @param restartMax longest wait after failed writes
 * @param merge when small blocks become large ones
 * @param budget what all lanes together may take of the disk
 * @param lanes how each lane is treated, all of them
 */
public record OutboxSettings(
    String journalPlugin,
    String snapshotPlugin,
    int zstdLevel,
    int maxBlockInsights,
    int maxBlockBytes,
    int maxWaitingInsights,
    long maxWaitingBytes,
    int maxBlocks,
    int maxSources,
    Duration acknowledgeInterval,
    int snapshotEveryEvents,
    long trimAtBytes,
    Duration restartMin,
    Duration restartMax,
    MergeSettings merge,
    BudgetSettings budget,
    Map<Lane, LaneSettings> lanes) {

  /** Where the settings are, and the dispatcher of the outbox's actors below it. */
  public static final String PATH = "ebbmesh.sync.outbox";

  public OutboxSettings {
    within("zstd-level", zstdLevel, 1, 19);
    within("max-block-insights", maxBlockInsights, 1, BlockLimits.DEFAULT.maxInsights());
    within("max-block-size", maxBlockBytes, 1, LaneSettings.LARGEST_BLOCK_BYTES);
    within("max-waiting-insights", maxWaitingInsights, 1, Integer.MAX_VALUE);
    within("max-waiting-size", maxWaitingBytes, 1, Long.MAX_VALUE);
    within("max-blocks", maxBlocks, 1, 16_000_000);
    within("max-sources", maxSources, 1, 1_000_000);
    within("snapshot-every-events", snapshotEveryEvents, 1, Integer.MAX_VALUE);
    within("trim-at-size", trimAtBytes, 1, Long.MAX_VALUE);
    lanes = Collections.unmodifiableMap(new EnumMap<>(lanes));
  }

  /**
   * Reads the section {@value #PATH} of a whole configuration. Blocks are kept to half of what a
   * record of the log may have: the rest is for the sources that are written beside them.
   */
  public static OutboxSettings of(Config config) {
    Config section = config.getConfig(PATH);
    long most = config.getMemorySize("ebbmesh.sync.log.max-record-size").toBytes() / 2;
    Map<Lane, LaneSettings> lanes = new EnumMap<>(Lane.class);
    for (Lane lane : Lane.values()) {
      lanes.put(lane, LaneSettings.of(config, lane));
    }
    BudgetSettings budget = BudgetSettings.of(section);
    budget.requireSegments(config.getMemorySize("ebbmesh.sync.log.segment-size").toBytes());
    return new OutboxSettings(
        section.getString("journal-plugin"),
        section.getString("snapshot-plugin"),
        section.getInt("zstd-level"),
        section.getInt("max-block-insights"),
        Math.toIntExact(Math.min(most, section.getMemorySize("max-block-size").toBytes())),
        section.getInt("max-waiting-insights"),
        section.getMemorySize("max-waiting-size").toBytes(),
        section.getInt("max-blocks"),
        section.getInt("max-sources"),
        section.getDuration("acknowledge-interval"),
        section.getInt("snapshot-every-events"),
        section.getMemorySize("trim-at-size").toBytes(),
        section.getDuration("restart-min"),
        section.getDuration("restart-max"),
        MergeSettings.of(section.getConfig("merge"), most),
        budget,
        lanes);
  }

  /** How one lane is treated. */
  public LaneSettings lane(Lane lane) {
    return Objects.requireNonNull(lanes.get(lane));
  }

  /** Insights at which a block of the lane is full: the lane's own limit, or that of all. */
  int blockInsights(Lane lane) {
    return Math.min(maxBlockInsights, lane(lane).maxBlockInsights());
  }

  /** Bytes before compression at which a block of the lane is full, likewise. */
  int blockBytes(Lane lane) {
    return Math.min(maxBlockBytes, lane(lane).maxBlockBytes());
  }

  static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + "." + key + " is " + value + ": choose " + least + " to " + most);
    }
  }
}
