package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.sim.machine.SimNode;
import org.jspecify.annotations.Nullable;

/** However often readings are repeated and blocks sent again, the hub stores each once. */
final class StoredOnce extends Invariant {

  StoredOnce() {
    super(Invariants.STORED_ONCE, "each reading is stored at the hub at most once");
  }

  @Override
  void onStored(
      SimNode node,
      NodeAccount account,
      Insight insight,
      long seq,
      @Nullable Pending pending,
      boolean again) {
    check(
        !again || account.excused,
        node,
        () -> "the reading " + insight.source() + " was stored again, as number " + seq);
  }
}
