package io.ebbmesh.protocol.block;

import io.ebbmesh.protocol.session.SessionLimits;

/**
 * What a block may declare; checked before memory is taken for it.
 *
 * @param maxInsights insights in one block
 * @param maxPlainBytes length of the columns before compression, and of all decoded values
 * @param maxRatio how often longer than its compressed form a column section may be, above {@link
 *     #RATIO_FLOOR_BYTES}
 * @param maxEncodedBytes length of the whole block
 */
public record BlockLimits(int maxInsights, int maxPlainBytes, int maxRatio, int maxEncodedBytes) {

  /** Column sections up to this length may have any ratio. */
  public static final int RATIO_FLOOR_BYTES = 64 * 1024;

  /** What every program of this version reads. */
  public static final BlockLimits DEFAULT =
      new BlockLimits(16_384, 16 * 1024 * 1024, 1_000, SessionLimits.MAX_BLOCK_BYTES);

  /** Whether {@code plainBytes} may come out of {@code compressedBytes}. */
  boolean ratioAllowed(long plainBytes, long compressedBytes) {
    return plainBytes <= RATIO_FLOOR_BYTES || plainBytes <= compressedBytes * maxRatio;
  }
}
