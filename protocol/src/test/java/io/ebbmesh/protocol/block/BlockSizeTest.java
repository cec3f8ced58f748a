package io.ebbmesh.protocol.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Sizes depend on nothing but the code, so they may be judged, unlike speeds. */
class BlockSizeTest {

  private static final List<Insight> INSIGHTS = InsightSamples.detections(1, 20_000);

  @Test
  void detectionsAreAsLongAsWasAskedFor() {
    assertThat(protobufBytes()).isBetween(195.0, 205.0);
  }

  @Test
  void columnsBeatCompressedMessagesInBlocksOfTenAndMore() {
    for (int size : new int[] {1, 10, 100, 1_000}) {
      double ours = blockBytes(size);
      double reference = compressedMessageBytes(size);
      String line = "%5d a block: %.2f bytes an insight, messages with zstd-3 %.2f";
      System.out.println(String.format(Locale.ROOT, line, size, ours, reference));
      if (size >= 10) {
        assertThat(ours).as("bytes an insight at %d a block", size).isLessThan(reference);
      }
    }
  }

  @Test
  void columnsBeatWhatWasMeasuredBeforeTheProjectBegan() {
    assertThat(blockBytes(100)).isLessThan(14.8);
    assertThat(blockBytes(1_000)).isLessThan(9.3);
  }

  private static double protobufBytes() {
    long bytes = 0;
    for (Insight insight : INSIGHTS) {
      bytes += InsightCodec.encode(insight).length;
    }
    return bytes / (double) INSIGHTS.size();
  }

  private static double blockBytes(int size) {
    long bytes = 0;
    int blocks = Math.min(200, INSIGHTS.size() / size);
    BlockEncoder encoder = new BlockEncoder(3);
    for (int i = 0; i < blocks; i++) {
      INSIGHTS.subList(i * size, (i + 1) * size).forEach(encoder::add);
      bytes += encoder.encode(Lane.INSIGHT, 1 + i * size, InsightSamples.BASE).bytes().length;
    }
    return bytes / (double) (blocks * size);
  }

  /** Messages with their lengths before them, compressed as a whole, without any header. */
  private static double compressedMessageBytes(int size) {
    long bytes = 0;
    int blocks = Math.min(200, INSIGHTS.size() / size);
    ByteBuffer plain = ByteBuffer.allocate(size * 300);
    for (int i = 0; i < blocks; i++) {
      plain.clear();
      for (Insight insight : INSIGHTS.subList(i * size, (i + 1) * size)) {
        byte[] message = InsightCodec.encode(insight);
        plain.put((byte) (message.length | 0x80)).put((byte) (message.length >> 7)).put(message);
      }
      byte[] used = new byte[plain.position()];
      plain.flip().get(used);
      bytes += Zstd.compress(used, 3).length;
    }
    return bytes / (double) (blocks * size);
  }
}
