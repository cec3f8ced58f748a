package io.ebbmesh.protocol.insight;

import java.util.UUID;

/** The life of one outbox: drawn when its store is made, never used again. */
public record Incarnation(UUID id) implements Comparable<Incarnation> {

  @Override
  public int compareTo(Incarnation other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
