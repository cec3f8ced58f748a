package io.ebbmesh.protocol.block;

import com.github.luben.zstd.ZstdDictTrainer;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.BootTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Makes a dictionary for small blocks; started by hand with the file to write, when there is to be
 * a new one. One that was shipped is never made again: its number stands in blocks.
 */
final class DictionaryTraining {

  /** Length of the dictionary. */
  static final int BYTES = 8 * 1024;

  private static final int SAMPLE_BYTES = 16 * 1024 * 1024;
  private static final int LEVEL = 3;
  private static final int RUNS = 12_000;

  private DictionaryTraining() {}

  public static void main(String[] arguments) throws IOException {
    byte[] dictionary = train(DictionaryTraining::plainColumns, BYTES);
    Files.write(Path.of(arguments[0]), dictionary);
  }

  /** Trains on small blocks in the form that {@code form} gives them. */
  static byte[] train(Function<List<Insight>, byte[]> form, int bytes) {
    SplittableRandom random = new SplittableRandom(1);
    ZstdDictTrainer trainer = new ZstdDictTrainer(SAMPLE_BYTES, bytes, LEVEL);
    for (int run = 0; run < RUNS; run++) {
      int kind = run % SmallBlocks.KINDS.size();
      // Most blocks that cannot wait hold one insight or a few.
      int size = Math.max(1, (int) (20 * Math.pow(random.nextDouble(), 3)));
      List<Insight> block = SmallBlocks.stream(kind, true, random.nextLong(), size);
      if (!trainer.addSample(form.apply(block))) {
        throw new IllegalStateException("more samples than fit " + SAMPLE_BYTES + " bytes");
      }
    }
    return trainer.trainSamples();
  }

  /** What a dictionary helps to compress: the columns of a block. */
  static byte[] plainColumns(List<Insight> insights) {
    BlockEncoder encoder = new BlockEncoder(LEVEL);
    insights.forEach(encoder::add);
    byte[] block = BlockForms.unpacked(encoder.encode(Lane.INSIGHT, 1, base(insights)).bytes());
    return Arrays.copyOfRange(block, BlockLayout.HEADER_BYTES, block.length);
  }

  /** A block that goes at once was filled a moment ago. */
  static BootTime base(List<Insight> insights) {
    BootTime base = InsightSamples.BASE;
    long now = insights.get(insights.size() - 1).observedNanos() + 1_700_000;
    return new BootTime(base.bootId(), now, base.wallMillis(), base.quality());
  }
}
