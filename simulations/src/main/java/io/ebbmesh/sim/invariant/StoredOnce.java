package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;

/** However often readings are repeated and blocks sent again, the hub stores each once. */
final class StoredOnce extends Invariant {

  StoredOnce() {
    super(Invariants.STORED_ONCE, "each reading is stored at the hub at most once");
  }

  /** A disk whose bits were turned around may have forgotten readings and part from nothing. */
  @Override
  void onStored(SimNode node, NodeAccount account, Stored stored) {
    check(
        !stored.again() || (account.damaged && !stored.twin()),
        node,
        () ->
            "the reading "
                + stored.insight().source()
                + " was stored again, as number "
                + stored.seq()
                + (stored.twin() ? " of another incarnation" : ""));
  }
}
