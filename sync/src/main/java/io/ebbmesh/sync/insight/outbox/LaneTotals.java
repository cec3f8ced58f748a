package io.ebbmesh.sync.insight.outbox;

/**
 * Running totals of a lane since its first block.
 *
 * @param blocks blocks appended
 * @param insights insights in them
 * @param blockBytes bytes of them
 */
public record LaneTotals(long blocks, long insights, long blockBytes) {

  public static final LaneTotals ZERO = new LaneTotals(0, 0, 0);

  LaneTotals plusBlock(long insights, long bytes) {
    return new LaneTotals(blocks + 1, this.insights + insights, blockBytes + bytes);
  }
}
