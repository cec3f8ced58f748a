package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.Frame;

/** About how much memory a frame holds until it is written; exact for what is large. */
final class FrameSizes {

  private static final int SMALL = 256;

  private FrameSizes() {}

  static long of(Frame frame) {
    if (frame instanceof Frame.BlockPush push) {
      return SMALL + (long) push.block().length;
    } else if (frame instanceof Frame.Chunk chunk) {
      return SMALL + (long) chunk.bytes().length;
    } else if (frame instanceof Frame.Wish wish) {
      long bytes = SMALL;
      for (SignedManifest manifest : wish.manifests()) {
        bytes += manifest.manifest().length;
      }
      return bytes;
    }
    return SMALL;
  }
}
