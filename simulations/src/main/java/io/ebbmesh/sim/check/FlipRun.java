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
 * Flips single bits of a stopped store, then cuts its newest file short. One bit in ten is chosen
 * from the small files, half of the rest from the bytes that the store has written, the others from
 * all bytes of its files.
 */
final class FlipRun {

  private FlipRun() {}

  private static final int SMALL_EVERY = 10;
  private static final int CUT_EVENTS = 3;

  /**
   * @param directory for the store and its copies; made if it is not there, left empty
   * @param cutStep the newest file is cut at each so many-th byte of its last events; 0 never
   * @param seen told each flip and cut at once
   */
  static FlipReport of(Path directory, int flips, int cutStep, long seed, Consumer<Flip> seen)
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
        Place place = bits.choose(random, weight(i));
        StoreBits.delete(copy);
        bits.write(copy, place);
        all.add(flip(place, check.check(copy)));
        seen.accept(all.get(i));
      }
      StoreBits.Tail tail = bits.tail(CUT_EVENTS);
      List<Flip> cuts = new ArrayList<>();
      for (int at = tail.from(); cutStep > 0 && at < tail.to(); at += cutStep) {
        StoreBits.delete(copy);
        bits.writeCut(copy, tail.file(), at);
        cuts.add(flip(new Place(tail.file(), at, -1), check.check(copy)));
        seen.accept(cuts.get(cuts.size() - 1));
      }
      double millis = (System.nanoTime() - start) / 1e6 / Math.max(1, flips + cuts.size());
      return FlipReport.of(sample, bits, seed, all, cuts, millis);
    } finally {
      StoreBits.delete(copy);
      StoreBits.delete(store);
    }
  }

  private static Weight weight(int i) {
    if (i % SMALL_EVERY == 0) {
      return Weight.SMALL;
    }
    return i % 2 == 0 ? Weight.USED : Weight.ALL;
  }

  private static Flip flip(Place place, FlipCheck.Found found) {
    return new Flip(
        place.file(), place.offset(), place.bit(), found.outcome(), found.lost(), found.detail());
  }
}
