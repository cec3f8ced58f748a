package io.ebbmesh.protocol.block;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.ebbmesh.protocol.insight.Insight;
import java.util.List;

/** Reads blocks; takes no memory that was not checked against limits first. */
public final class BlockDecoder {

  /** Making one takes longer than unpacking a small block; each holds 95 kB of native memory. */
  private static final ThreadLocal<ZstdDecompressCtx> ZSTD =
      ThreadLocal.withInitial(() -> new ZstdDecompressCtx().setMagicless(true));

  private BlockDecoder() {}

  /**
   * Checks the whole block, then reads its header.
   *
   * @throws BlockException if the bytes are damaged, too new or over {@link BlockLimits#DEFAULT}
   */
  public static BlockHeader header(byte[] bytes) throws BlockException {
    return BlockLayout.read(bytes, BlockLimits.DEFAULT);
  }

  /**
   * Checks the whole block and wraps it; the bytes are not copied.
   *
   * @throws BlockException if the bytes are damaged, too new or over {@link BlockLimits#DEFAULT}
   */
  public static Block parse(byte[] bytes) throws BlockException {
    return parse(bytes, BlockLimits.DEFAULT);
  }

  /** Like {@link #parse(byte[])} with limits of one's own. */
  public static Block parse(byte[] bytes, BlockLimits limits) throws BlockException {
    return new Block(BlockLayout.read(bytes, limits), bytes);
  }

  /**
   * The insights of a block, one per sequence number of its header, in that order.
   *
   * @throws BlockException if the columns are damaged, too new or over {@link BlockLimits#DEFAULT}
   */
  public static List<Insight> decode(Block block) throws BlockException {
    return decode(block, BlockLimits.DEFAULT);
  }

  /** Like {@link #decode(Block)} with limits of one's own. */
  public static List<Insight> decode(Block block, BlockLimits limits) throws BlockException {
    byte[] bytes = block.bytes();
    BlockHeader header = BlockLayout.read(bytes, limits);
    int compressedBytes = BlockLayout.compressedBytes(bytes);
    ColumnReader columns;
    if (compressedBytes == 0) {
      int end = BlockLayout.HEADER_BYTES + header.plainBytes();
      columns = new ColumnReader(bytes, BlockLayout.HEADER_BYTES, end, bytes, end);
    } else {
      byte[] plain = decompress(bytes, header, compressedBytes);
      int noiseAt = BlockLayout.HEADER_BYTES + compressedBytes;
      columns = new ColumnReader(plain, 0, plain.length, bytes, noiseAt);
    }
    return new ColumnsReader(columns, header, limits).read();
  }

  private static byte[] decompress(byte[] bytes, BlockHeader header, int compressedBytes)
      throws BlockException {
    int plainBytes = header.plainBytes();
    byte[] plain = new byte[plainBytes];
    try {
      int length =
          decompressor(header.dictionaryId())
              .decompressByteArray(
                  plain, 0, plainBytes, bytes, BlockLayout.HEADER_BYTES, compressedBytes);
      if (length != plainBytes) {
        throw BlockLayout.damaged("unpacks to " + length + " bytes, not " + plainBytes);
      }
      return plain;
    } catch (ZstdException e) {
      throw BlockLayout.damaged(
          "does not unpack to its " + plainBytes + " bytes: " + e.getMessage());
    }
  }

  private static ZstdDecompressCtx decompressor(int dictionaryId) throws BlockException {
    if (dictionaryId == 0) {
      return ZSTD.get();
    }
    BlockDictionary dictionary = BlockDictionary.of(dictionaryId);
    if (dictionary == null) {
      throw BlockLayout.tooNew("needs the unknown dictionary " + dictionaryId);
    }
    return dictionary.decompressor();
  }
}
