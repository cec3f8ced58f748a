package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.SourcePosition;
import org.jspecify.annotations.Nullable;

/**
 * An insight that its source knows to be accepted and the hub has not settled.
 *
 * @param lane that it is in
 * @param number how many its node had accepted with it
 * @param acceptedNanos when the source heard of it
 * @param ahead how many waited before it in its lane
 */
record Pending(
    SourceAccount source, long position, Lane lane, long number, long acceptedNanos, long ahead) {

  /** Whether an insight with this source is the one. */
  boolean is(@Nullable SourcePosition from) {
    return from != null && from.source().equals(source.name) && from.position() == position;
  }
}
