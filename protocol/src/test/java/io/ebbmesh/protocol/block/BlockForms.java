package io.ebbmesh.protocol.block;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Other forms of a block, for tests that damage them. */
public final class BlockForms {

  private BlockForms() {}

  /** The same block with its columns as they are before compression; not sealed. */
  public static byte[] unpacked(byte[] block) {
    int compressed = BlockLayout.compressedBytes(block);
    if (compressed == 0) {
      return block;
    }
    ByteBuffer header = little(block);
    int plain = header.getInt(BlockLayout.PLAIN_LENGTH_AT);
    byte[] result = Arrays.copyOf(block, block.length - compressed + plain);
    BlockDictionary dictionary = BlockDictionary.of(BlockLayout.dictionary(block));
    try (ZstdDecompressCtx own = new ZstdDecompressCtx()) {
      ZstdDecompressCtx zstd =
          dictionary == null ? own.setMagicless(true) : dictionary.decompressor();
      int at = BlockLayout.HEADER_BYTES;
      zstd.decompressByteArray(result, at, plain, block, at, compressed);
      int noise = block.length - at - compressed;
      System.arraycopy(block, at + compressed, result, at + plain, noise);
    }
    little(result).putInt(BlockLayout.COMPRESSED_LENGTH_AT, 0);
    little(result).putInt(BlockLayout.DICTIONARY_AT, 0);
    little(result).putInt(BlockLayout.LENGTH_AT, result.length);
    return result;
  }

  /** The fixed numbers of a block. */
  static ByteBuffer little(byte[] block) {
    return ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
  }
}
