package io.ebbmesh.protocol.block;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.time.BootTime;

/**
 * What a block says about itself before it is decompressed.
 *
 * @param formatVersion version of the column format
 * @param lane whose insights
 * @param seqs sequence numbers, without a hole
 * @param base boot, monotonic base and wall estimate of all observed times
 * @param dictionaryId zstd dictionary that decodes it; 0 if none
 * @param plainBytes length of the columns before compression
 */
public record BlockHeader(
    int formatVersion, Lane lane, SeqRange seqs, BootTime base, int dictionaryId, int plainBytes) {

  public int count() {
    return Math.toIntExact(seqs.count());
  }
}
