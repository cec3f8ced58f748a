package io.ebbmesh.sim.invariant;

/**
 * An insight that its source knows to be accepted and the hub has not settled.
 *
 * @param number how many its node had accepted with it
 * @param acceptedNanos when the source heard of it
 * @param ahead how many waited before it
 */
record Pending(SourceAccount source, long position, long number, long acceptedNanos, long ahead) {}
