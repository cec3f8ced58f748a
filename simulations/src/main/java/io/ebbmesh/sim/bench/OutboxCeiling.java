package io.ebbmesh.sim.bench;

import com.github.luben.zstd.Zstd;
import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Insight;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What the machine gives without an outbox: protobuf on a plain growing file, and its syncs. */
final class OutboxCeiling {

  private static final int SYNCS = 1_000;
  private static final int SYNC_BYTES = 4_096;
  private static final int ZSTD_LEVEL = 3;

  private OutboxCeiling() {}

  /**
   * Appends the insights as uncompressed protobuf, one write and one fdatasync a group. Encoding is
   * not counted.
   *
   * @return insights a second
   */
  static double perSecond(Path path, List<Insight> insights, int[] groups) throws IOException {
    long nanos = 0;
    int next = 0;
    ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    try (FileChannel file = open(path)) {
      for (int group : groups) {
        byte[] bytes = protobuf(insights.subList(next, next + group));
        next += group;
        if (buffer.capacity() < bytes.length) {
          buffer = ByteBuffer.allocateDirect(2 * bytes.length);
        }
        buffer.clear().put(bytes).flip();
        long start = System.nanoTime();
        while (buffer.hasRemaining()) {
          file.write(buffer);
        }
        file.force(false);
        nanos += System.nanoTime() - start;
      }
    }
    return next * 1e9 / nanos;
  }

  /** Median time of one 4 KiB append with fdatasync to a growing file. */
  static double syncP50Micros(Path path) throws IOException {
    Histogram times = Measured.histogram();
    ByteBuffer page = ByteBuffer.allocateDirect(SYNC_BYTES);
    try (FileChannel file = open(path)) {
      for (int i = 0; i < SYNCS; i++) {
        page.clear();
        page.putInt(0, i);
        long start = System.nanoTime();
        while (page.hasRemaining()) {
          file.write(page);
        }
        file.force(false);
        times.recordValue(System.nanoTime() - start);
      }
    }
    return times.getValueAtPercentile(50) / 1e3;
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Mean length of an insight as protobuf. */
  static double protobufBytes(List<Insight> insights) {
    return (double) protobuf(insights).length / insights.size();
  }

  /** Bytes per insight of zstd-3 over the protobuf of {@code group} insights at a time. */
  static double zstdBytes(List<Insight> insights, int group) {
    long bytes = 0;
    for (int from = 0; from < insights.size(); from += group) {
      int to = Math.min(from + group, insights.size());
      bytes += Zstd.compress(protobuf(insights.subList(from, to)), ZSTD_LEVEL).length;
    }
    return (double) bytes / insights.size();
  }

  private static byte[] protobuf(List<Insight> insights) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(256 * insights.size());
    for (Insight insight : insights) {
      all.writeBytes(InsightCodec.encode(insight));
    }
    return all.toByteArray();
  }
}
