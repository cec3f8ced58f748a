package io.ebbmesh.protocol.block;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A zstd dictionary trained on the columns of small blocks. It is shipped under a number that
 * stands in blocks, so it never changes and is never taken out. Any thread may use it: what zstd
 * makes of the bytes is shared, what belongs to one block at a time is not.
 */
final class BlockDictionary {

  /** Longer columns have enough to predict from, and are not worth a second attempt. */
  static final int MAX_PLAIN_BYTES = 8 * 1024;

  private static final int MAX_LEVEL = 19;

  private static final List<BlockDictionary> SHIPPED = List.of(load(1));

  private final int number;
  private final byte[] content;
  private final ZstdDictDecompress digested;
  private final ThreadLocal<ZstdDecompressCtx> decompressor;
  private final @Nullable Compressors[] byLevel = new Compressors[MAX_LEVEL + 1];

  private BlockDictionary(int number, byte[] content) {
    this.number = number;
    this.content = content;
    digested = new ZstdDictDecompress(content);
    decompressor =
        ThreadLocal.withInitial(
            () -> new ZstdDecompressCtx().setMagicless(true).loadDict(digested));
  }

  private static BlockDictionary load(int number) {
    String name = "dictionary-" + number + ".zdict";
    try (InputStream in = BlockDictionary.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the program: install it again");
      }
      return new BlockDictionary(number, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }

  /** Null if it is not known here. */
  static @Nullable BlockDictionary of(int number) {
    return number < 1 || number > SHIPPED.size() ? null : SHIPPED.get(number - 1);
  }

  /** All that this program has, ascending. */
  static List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    SHIPPED.forEach(dictionary -> numbers.add(dictionary.number));
    return Collections.unmodifiableList(numbers);
  }

  /** The newest one that the reader has too; null if there is none. */
  static @Nullable BlockDictionary newestOf(BlockSupport reader) {
    for (int number = SHIPPED.size(); number > 0; number--) {
      if (reader.dictionaries().contains(number)) {
        return of(number);
      }
    }
    return null;
  }

  int number() {
    return number;
  }

  /** Of this thread. */
  ZstdDecompressCtx decompressor() {
    return decompressor.get();
  }

  synchronized Compressors compressors(int level) {
    Compressors compressors = byLevel[level];
    if (compressors == null) {
      compressors = new Compressors(level, new ZstdDictCompress(content, level));
      byLevel[level] = compressors;
    }
    return compressors;
  }
}
