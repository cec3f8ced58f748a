package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;

/** The store of a node never takes more room than it may. */
final class DiskBounded extends Invariant {

  private final long maxBytes;

  DiskBounded(long maxBytes) {
    super(Invariants.DISK_BOUNDED, "a node's files never take more room than their limit");
    this.maxBytes = maxBytes;
  }

  @Override
  public void disk(SimNode node, long usedBytes) {
    check(
        usedBytes <= maxBytes,
        node,
        () -> "its files take " + usedBytes + " bytes; the limit is " + maxBytes);
  }
}
