package io.ebbmesh.accelerator.device.onnx;

import com.typesafe.config.Config;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How sessions are made.
 *
 * @param intraOpThreads threads of one session, the caller's included; more sessions of one thread
 *     give more than one session of more threads
 * @param memoryPattern whether the runtime plans memory per input shape and keeps each plan: of use
 *     for fixed shapes, a growing cache for free ones
 * @param arena whether the runtime keeps freed memory for the next run
 * @param nativeDir where the runtime's native libraries are kept; null to let it unpack them into a
 *     temporary folder at each start. The first device of a process decides
 */
public record OnnxOptions(
    int intraOpThreads, boolean memoryPattern, boolean arena, @Nullable Path nativeDir) {

  static final int MAX_INTRA_OP_THREADS = 256;

  public OnnxOptions {
    if (intraOpThreads < 1 || intraOpThreads > MAX_INTRA_OP_THREADS) {
      throw new IllegalArgumentException(
          "intra-op-threads must be 1 to " + MAX_INTRA_OP_THREADS + ", not " + intraOpThreads);
    }
  }

  /**
   * @param config the block {@code ebbmesh.accelerator.onnx}
   */
  public static OnnxOptions of(Config config) {
    String nativeDir = config.getString("native-dir");
    return new OnnxOptions(
        config.getInt("intra-op-threads"),
        config.getBoolean("memory-pattern"),
        config.getBoolean("arena"),
        nativeDir.isEmpty() ? null : Path.of(nativeDir));
  }
}
