package io.ebbmesh.protocol.block;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * Contexts of zstd, used again: each holds up to megabytes of native memory. There are as many as
 * blocks were ever compressed at the same time.
 */
final class Compressors {

  private static final @Nullable Compressors[] WITHOUT_DICTIONARY = new Compressors[20];

  private final Deque<ZstdCompressCtx> idle = new ConcurrentLinkedDeque<>();
  private final int level;
  private final @Nullable ZstdDictCompress dictionary;

  Compressors(int level, @Nullable ZstdDictCompress dictionary) {
    this.level = level;
    this.dictionary = dictionary;
  }

  /** Without a dictionary. */
  static synchronized Compressors of(int level) {
    Compressors compressors = WITHOUT_DICTIONARY[level];
    if (compressors == null) {
      compressors = new Compressors(level, null);
      WITHOUT_DICTIONARY[level] = compressors;
    }
    return compressors;
  }

  /** Compresses {@code length} bytes into {@code into}, which has room; returns the length. */
  int compress(byte[] from, int length, byte[] into) {
    ZstdCompressCtx context = idle.pollFirst();
    if (context == null) {
      context = create();
    }
    try {
      return context.compressByteArray(into, 0, into.length, from, 0, length);
    } finally {
      idle.addFirst(context);
    }
  }

  private ZstdCompressCtx create() {
    ZstdCompressCtx context = new ZstdCompressCtx();
    context.setMagicless(true).setContentSize(false).setChecksum(false).setLevel(level);
    if (dictionary != null) {
      // The block names it, and in fewer bytes than zstd would.
      context.setDictID(false).loadDict(dictionary);
    }
    return context;
  }
}
