package io.ebbmesh.sync.clock;

import io.ebbmesh.protocol.time.Chance;
import java.security.SecureRandom;

/** Chance of a real process: every draw comes from the system's secure source. */
public final class SystemChance implements Chance {

  private final SecureRandom random = new SecureRandom();

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  @Override
  public double nextDouble() {
    return random.nextDouble();
  }
}
