package io.ebbmesh.sync.clock;

import io.ebbmesh.protocol.time.Chance;
import java.util.SplittableRandom;

/** Chance that repeats itself: the same seed gives the same draws. May be used from any thread. */
public final class SeededChance implements Chance {

  private final SplittableRandom random;

  public SeededChance(long seed) {
    this.random = new SplittableRandom(seed);
  }

  @Override
  public synchronized long nextLong() {
    return random.nextLong();
  }

  @Override
  public synchronized double nextDouble() {
    return random.nextDouble();
  }
}
