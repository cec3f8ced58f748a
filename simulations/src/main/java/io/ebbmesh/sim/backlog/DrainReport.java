package io.ebbmesh.sim.backlog;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * How a node drained what it accepted while it was offline.
 *
 * @param insightsPerSecond from the session being up to the last insight being stored
 * @param linkUse bits of blocks that the hub stored, over what the link could have carried in that
 *     time; null on loopback, which has no rate
 * @param bytesPerInsight that went up, handshake, frames and all
 * @param duplicates rows whose position another row already has
 * @param ratioToLargeBlocks bytes per insight over those of blocks of 1,000
 * @param bytesCounted what bytesPerInsight counts
 * @param accepted how the insights were offered
 * @param insightsPerBlock as they arrived
 * @param blockBytesPerInsight bytes of these blocks
 * @param largeBlockBytesPerInsight the same insights in blocks of 1,000
 */
@JsonPropertyOrder({"insightsPerSecond", "linkUse", "bytesPerInsight", "duplicates"})
record DrainReport(
    double insightsPerSecond,
    @Nullable Double linkUse,
    double bytesPerInsight,
    long duplicates,
    double ratioToLargeBlocks,
    String bytesCounted,
    long records,
    String lane,
    String accepted,
    double acceptedPerSecond,
    double drainSeconds,
    double insightsPerBlock,
    double blockBytesPerInsight,
    double largeBlockBytesPerInsight,
    @Nullable LinkFigures link,
    Ledger books) {

  boolean holds() {
    return books.complete();
  }
}
