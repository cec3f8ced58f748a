package io.ebbmesh.sync.insight.outbox;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.block.BlockLimits;
import java.time.Duration;

/**
 * The named limits of an outbox; see {@code ebbmesh.sync.outbox} in {@code reference.conf}.
 *
 * @param journalPlugin configuration path of the journal
 * @param snapshotPlugin configuration path of the snapshot store
 * @param zstdLevel how hard blocks are compressed
 * @param maxBlockInsights insights in one block
 * @param maxBlockBytes bytes of one block before compression
 * @param maxWaitingInsights insights taken and not yet durable
 * @param maxWaitingBytes bytes of them before compression
 * @param maxBlocks blocks that a lane holds
 * @param maxSources sources whose position is kept
 * @param acknowledgeInterval longest time until an acknowledgement is durable
 * @param snapshotEveryEvents fewest events between two snapshots
 * @param trimAtBytes acknowledged bytes that are worth a trim
 * @param restartMin first wait after a failed write
 * @param restartMax longest wait after failed writes
 * @param merge when small blocks become large ones
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
    MergeSettings merge) {

  /** Where the settings are, and the dispatcher of the outbox's actors below it. */
  public static final String PATH = "ebbmesh.sync.outbox";

  private static final int LARGEST_BLOCK_BYTES = 2 * 1024 * 1024;

  public OutboxSettings {
    within("zstd-level", zstdLevel, 1, 19);
    within("max-block-insights", maxBlockInsights, 1, BlockLimits.DEFAULT.maxInsights());
    within("max-block-size", maxBlockBytes, 1, LARGEST_BLOCK_BYTES);
    within("max-waiting-insights", maxWaitingInsights, 1, Integer.MAX_VALUE);
    within("max-waiting-size", maxWaitingBytes, 1, Long.MAX_VALUE);
    within("max-blocks", maxBlocks, 1, 16_000_000);
    within("max-sources", maxSources, 1, 1_000_000);
    within("snapshot-every-events", snapshotEveryEvents, 1, Integer.MAX_VALUE);
    within("trim-at-size", trimAtBytes, 1, Long.MAX_VALUE);
  }

  /** Reads the section {@value #PATH} of a whole configuration. */
  public static OutboxSettings of(Config config) {
    Config section = config.getConfig(PATH);
    return new OutboxSettings(
        section.getString("journal-plugin"),
        section.getString("snapshot-plugin"),
        section.getInt("zstd-level"),
        section.getInt("max-block-insights"),
        Math.toIntExact(section.getMemorySize("max-block-size").toBytes()),
        section.getInt("max-waiting-insights"),
        section.getMemorySize("max-waiting-size").toBytes(),
        section.getInt("max-blocks"),
        section.getInt("max-sources"),
        section.getDuration("acknowledge-interval"),
        section.getInt("snapshot-every-events"),
        section.getMemorySize("trim-at-size").toBytes(),
        section.getDuration("restart-min"),
        section.getDuration("restart-max"),
        MergeSettings.of(section.getConfig("merge")));
  }

  static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + "." + key + " is " + value + ": choose " + least + " to " + most);
    }
  }
}
