package io.ebbmesh.protocol.block;

import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Contexts of zstd, used again: each holds up to megabytes of native memory. There are as many as
 * blocks were ever compressed at the same time.
 */
final class Compressors {

  private static final Deque<ZstdCompressCtx> IDLE = new ConcurrentLinkedDeque<>();

  private Compressors() {}

  /** Compresses {@code length} bytes into {@code into}, which has room; returns the length. */
  static int compress(int level, byte[] from, int length, byte[] into) {
    ZstdCompressCtx context = IDLE.pollFirst();
    if (context == null) {
      context = new ZstdCompressCtx();
      context.setMagicless(true).setContentSize(false).setChecksum(false);
    }
    try {
      context.setLevel(level);
      return context.compressByteArray(into, 0, into.length, from, 0, length);
    } finally {
      IDLE.addFirst(context);
    }
  }
}
