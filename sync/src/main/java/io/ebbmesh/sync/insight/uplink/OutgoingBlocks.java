package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.block.BlockHeader;
import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.insight.Insight;

/**
 * Sends what is on disk as it is, unless the hub went back to an older program: then the block is
 * written again in a form that it reads, with the same numbers and times. Not thread-safe.
 */
final class OutgoingBlocks {

  private static final int ZSTD_LEVEL = 3;

  /** How many times longer blocks may become on the whole: credit is taken by what is on disk. */
  private static final int GROWTH = 4;

  private final BlockEncoder encoder = new BlockEncoder(ZSTD_LEVEL);
  private BlockSupport hub = BlockSupport.FIRST;
  private long rewritten;

  /** From now on this is what the hub reads. */
  void hubReads(BlockSupport reads) {
    hub = reads;
  }

  /** What may be used of the hub's credit, in bytes as they are on disk. */
  long credit(long creditBytes) {
    boolean readsAll =
        hub.maxVersion() >= BlockSupport.CURRENT.maxVersion()
            && hub.dictionaries().containsAll(BlockSupport.CURRENT.dictionaries());
    return readsAll ? creditBytes : creditBytes / GROWTH;
  }

  /** Blocks that were written again so far. */
  long rewritten() {
    return rewritten;
  }

  /**
   * The block in a form that the hub reads. One that this program cannot take apart goes as it is:
   * the hub puts a damaged one into quarantine and refuses one that is too new for it.
   */
  byte[] fit(byte[] block) {
    if (hub.reads(block)) {
      return block;
    }
    encoder.clear();
    try {
      Block whole = BlockDecoder.parse(block);
      for (Insight insight : BlockDecoder.decode(whole)) {
        if (!encoder.hasRoomFor(insight)) {
          return block;
        }
        encoder.add(insight);
      }
      BlockHeader header = whole.header();
      byte[] again =
          encoder.encode(header.lane(), header.seqs().first(), header.base(), hub).bytes();
      rewritten++;
      return again;
    } catch (BlockException e) {
      return block;
    }
  }
}
