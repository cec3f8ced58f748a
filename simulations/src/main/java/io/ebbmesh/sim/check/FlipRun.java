package io.ebbmesh.sim.check;

import io.ebbmesh.sim.check.StoreBits.Place;
import io.ebbmesh.sim.check.StoreBits.Weight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Flips single bits of a stopped store. Every other bit is chosen from the bytes that the store has
 * written, the rest from all bytes of its files.
 */
final class FlipRun {

  private FlipRun() {}

  /**
   * @param directory for the store and its copies; made if it is not there, left empty
   * @param seen told each flip at once
   */
  static FlipReport of(Path directory, int flips, long seed, Consumer<Flip> seen)
      throws IOException, InterruptedException {
    Path store = directory.resolve("store");
    Path copy = directory.resolve("copy");
    try {
      Sample sample = Sample.make(store, seed);
      StoreBits bits = StoreBits.read(store);
      FlipCheck check = new FlipCheck(sample);
      SplittableRandom random = new SplittableRandom(seed);
      List<Flip> all = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < flips; i++) {
        Place place = bits.choose(random, i % 2 == 0 ? Weight.USED : Weight.ALL);
        StoreBits.delete(copy);
        bits.write(copy, place);
        FlipCheck.Found found = check.check(copy);
        Flip flip =
            new Flip(
                place.file(),
                place.offset(),
                place.bit(),
                found.outcome(),
                found.lost(),
                found.detail());
        all.add(flip);
        seen.accept(flip);
      }
      double millis = (System.nanoTime() - start) / 1e6 / Math.max(1, flips);
      return FlipReport.of(sample, bits, seed, all, millis);
    } finally {
      StoreBits.delete(copy);
      StoreBits.delete(store);
    }
  }
}
