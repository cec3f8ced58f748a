package io.ebbmesh.protocol.block;

import java.util.List;

/**
 * Which blocks a program reads; a writer keeps to what its reader was last known to read.
 *
 * @param maxVersion newest block format
 * @param dictionaries numbers of zstd dictionaries
 */
public record BlockSupport(int maxVersion, List<Integer> dictionaries) {

  /** What every program reads, and all that may be written before a hub was heard. */
  public static final BlockSupport FIRST = new BlockSupport(1, List.of());

  /** What this program reads. */
  public static final BlockSupport CURRENT =
      new BlockSupport(BlockLayout.CURRENT_VERSION, BlockDictionary.numbers());

  /** Takes whatever a peer says: there is no reader of format 0. */
  public BlockSupport {
    maxVersion = Math.max(1, maxVersion);
    dictionaries = List.copyOf(dictionaries);
  }

  /**
   * Whether a reader takes the form of a block. Bytes that are none are left for the reader to
   * judge.
   */
  public boolean reads(byte[] block) {
    if (!BlockLayout.isBlock(block)) {
      return true;
    }
    int dictionary = BlockLayout.dictionary(block);
    return BlockLayout.version(block) <= maxVersion
        && (dictionary == 0 || dictionaries.contains(dictionary));
  }
}
