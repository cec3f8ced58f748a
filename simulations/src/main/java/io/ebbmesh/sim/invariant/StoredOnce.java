package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;

/** However often readings are repeated and blocks sent again, the hub stores each once. */
final class StoredOnce extends Invariant {

  StoredOnce() {
    super(Invariants.STORED_ONCE, "each reading is stored at the hub at most once");
  }

  /** A disk that went back has forgotten readings, which its sources then repeat. */
  @Override
  void onStored(SimNode node, NodeAccount account, Stored stored) {
    check(
        !stored.again() || (account.excused && !stored.twin()),
        node,
        () ->
            "the reading "
                + stored.insight().source()
                + " was stored again, as number "
                + stored.seq()
                + (stored.twin() ? " of another incarnation" : ""));
  }
}
