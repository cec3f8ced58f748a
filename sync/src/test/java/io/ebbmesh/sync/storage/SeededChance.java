package io.ebbmesh.sync.storage;

import io.ebbmesh.protocol.time.Chance;
import java.util.SplittableRandom;
import org.jspecify.annotations.NullMarked;

/** Chance that repeats itself with the same seed. */
@NullMarked
public final class SeededChance implements Chance {

  private final SplittableRandom random;

  public SeededChance(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  @Override
  public double nextDouble() {
    return random.nextDouble();
  }

  /** Uniform in [0, bound). */
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }
}
