package io.ebbmesh.sync.insight.outbox;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.block.BlockLimits;

/**
 * When small blocks become large ones; see {@code ebbmesh.sync.outbox.merge} in {@code
 * reference.conf}.
 *
 * @param maxInsights insights in a merged block
 * @param maxBytes bytes of the blocks that become one
 * @param minBlocks fewer neighbours are not worth a write
 */
public record MergeSettings(int maxInsights, long maxBytes, int minBlocks) {

  private static final long LARGEST_BYTES = 2 * 1024 * 1024;

  public MergeSettings {
    OutboxSettings.within("merge.max-insights", maxInsights, 1, BlockLimits.DEFAULT.maxInsights());
    OutboxSettings.within("merge.max-size", maxBytes, 1, LARGEST_BYTES);
    OutboxSettings.within("merge.min-blocks", minBlocks, 2, Integer.MAX_VALUE);
  }

  static MergeSettings of(Config merge, long mostBytes) {
    return new MergeSettings(
        merge.getInt("max-insights"),
        Math.min(mostBytes, merge.getMemorySize("max-size").toBytes()),
        merge.getInt("min-blocks"));
  }
}
