package io.ebbmesh.protocol.block;

import com.github.luben.zstd.ZstdCompressCtx;
import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;

/**
 * Prints what an insight takes in a small block, with and without dictionary, beside messages with
 * one that was trained on the same streams; started by hand, judges nothing.
 */
final class SmallBlockSizes {

  private static final int[] SIZES = {1, 2, 5, 10, 20, 100};
  private static final int RUNS = 200;
  private static final int LEVEL = 3;

  private SmallBlockSizes() {}

  public static void main(String[] arguments) {
    byte[] ofMessages =
        DictionaryTraining.train(SmallBlockSizes::messages, DictionaryTraining.BYTES);
    System.out.println("names  stream        size   block   +dict  protobuf   +zstd   +dict");
    for (int world = 0; world < 2; world++) {
      for (int kind = 0; kind < SmallBlocks.KINDS.size(); kind++) {
        for (int size : SIZES) {
          print(world == 0, kind, size, ofMessages);
        }
      }
    }
  }

  private static void print(boolean known, int kind, int size, byte[] ofMessages) {
    long[] sums = new long[5];
    for (int run = 0; run < RUNS; run++) {
      List<Insight> insights = SmallBlocks.stream(kind, known, 1_000 + run, size);
      byte[] messages = messages(insights);
      sums[0] += block(insights, BlockSupport.FIRST).bytes().length;
      sums[1] += block(insights, BlockSupport.CURRENT).bytes().length;
      sums[2] += messages.length;
      sums[3] += compressed(messages, new byte[0]);
      sums[4] += compressed(messages, ofMessages);
    }
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            "%-6s %-12s %5d", known ? "known" : "other", SmallBlocks.KINDS.get(kind), size));
    for (long sum : sums) {
      line.append(String.format(Locale.ROOT, " %7.1f", sum / (double) (RUNS * size)));
    }
    System.out.println(line);
  }

  static Block block(List<Insight> insights, BlockSupport reader) {
    BlockEncoder encoder = new BlockEncoder(LEVEL);
    insights.forEach(encoder::add);
    return encoder.encode(Lane.INSIGHT, 1, DictionaryTraining.base(insights), reader);
  }

  /** Without what a block has around its columns: no number, boot, time or checksum. */
  private static byte[] messages(List<Insight> insights) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Insight insight : insights) {
      byte[] message = InsightCodec.encode(insight);
      out.write(message.length & 0x7F | 0x80);
      out.write(message.length >> 7);
      out.writeBytes(message);
    }
    return out.toByteArray();
  }

  private static int compressed(byte[] messages, byte[] dictionary) {
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      zstd.setMagicless(true).setContentSize(false).setChecksum(false).setDictID(false);
      zstd.setLevel(LEVEL).loadDict(dictionary);
      return Math.min(zstd.compress(messages).length, messages.length);
    }
  }
}
