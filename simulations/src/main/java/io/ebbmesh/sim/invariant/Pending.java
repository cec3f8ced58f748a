package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.reading.SourcePosition;
import org.jspecify.annotations.Nullable;

/**
 * An insight that its source knows to be accepted and the hub has not settled.
 *
 * @param number how many its node had accepted with it
 * @param acceptedNanos when the source heard of it
 * @param ahead how many waited before it
 */
record Pending(SourceAccount source, long position, long number, long acceptedNanos, long ahead) {

  /** Whether an insight with this source is the one. */
  boolean is(@Nullable SourcePosition from) {
    return from != null && from.source().equals(source.name) && from.position() == position;
  }
}
