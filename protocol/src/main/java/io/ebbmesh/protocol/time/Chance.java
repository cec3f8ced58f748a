package io.ebbmesh.protocol.time;

import java.util.UUID;

/** The only source of chance and of ids for both roads. */
public interface Chance {

  long nextLong();

  /** Uniform in [0, 1). */
  double nextDouble();

  /** A random 128-bit id. */
  default UUID nextId() {
    return new UUID(nextLong(), nextLong());
  }
}
