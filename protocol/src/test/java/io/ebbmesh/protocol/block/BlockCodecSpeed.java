package io.ebbmesh.protocol.block;

import com.github.luben.zstd.Zstd;
import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Prints sizes and speeds of the block codec; started by hand, judges nothing. */
final class BlockCodecSpeed {

  private static final BootTime BASE =
      new BootTime(new UUID(1, 2), 90_000_000_000_000L, 1_700_000_000_000L, ClockQuality.CARRIED);
  private static final int TOTAL = 200_000;

  private BlockCodecSpeed() {}

  public static void main(String[] arguments) throws Exception {
    int bytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    DetectionStream detections = new DetectionStream(1, bytes);
    List<Insight> insights = new ArrayList<>();
    long protobufBytes = 0;
    for (int i = 0; i < TOTAL; i++) {
      insights.add(detections.next());
      protobufBytes += InsightCodec.encode(insights.get(i)).length;
    }
    print(
        "protobuf %.1f bytes, %d values",
        protobufBytes / (double) TOTAL, insights.get(0).values().length);
    for (int size : new int[] {1, 10, 100, 1_000, 5_000}) {
      measure(insights, size);
    }
  }

  private static void measure(List<Insight> insights, int size) throws Exception {
    long zstdBytes = 0;
    for (int i = 0; i + size <= 20_000; i += size) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      for (Insight insight : insights.subList(i, i + size)) {
        byte[] message = InsightCodec.encode(insight);
        plain.write(message.length);
        plain.write(message.length >> 8);
        plain.writeBytes(message);
      }
      zstdBytes += Zstd.compress(plain.toByteArray(), 3).length;
    }
    List<Block> blocks = new ArrayList<>();
    double best = 0;
    long blockBytes = 0;
    BlockEncoder encoder = new BlockEncoder(3);
    for (int round = 0; round < 12; round++) {
      blocks.clear();
      blockBytes = 0;
      long start = cpuNanos();
      for (int i = 0; i + size <= insights.size(); i += size) {
        for (int j = i; j < i + size; j++) {
          encoder.add(insights.get(j));
        }
        Block block = encoder.encode(Lane.INSIGHT, i + 1, BASE);
        blockBytes += block.bytes().length;
        blocks.add(block);
      }
      best = Math.max(best, insights.size() * 1e9 / (cpuNanos() - start));
    }
    double bestDecode = 0;
    for (int round = 0; round < 6; round++) {
      long start = cpuNanos();
      for (Block block : blocks) {
        BlockDecoder.decode(block);
      }
      bestDecode = Math.max(bestDecode, insights.size() * 1e9 / (cpuNanos() - start));
    }
    print(
        "%5d a block: %.2f B/insight, zstd-3 protobuf %.2f; encode %.0f/s decode %.0f/s",
        size, blockBytes / (double) insights.size(), zstdBytes / 20_000.0, best, bestDecode);
  }

  private static long cpuNanos() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
