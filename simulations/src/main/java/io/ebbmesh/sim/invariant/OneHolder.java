package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;

/** While the hub serves one machine, it welcomes no other one with the same identity. */
final class OneHolder extends Invariant {

  OneHolder() {
    super(Invariants.ONE_HOLDER, "of two machines with one identity the hub serves one at a time");
  }

  @Override
  void onWelcomed(SimNode node, NodeAccount account) {
    check(
        !account.foundHeld,
        node,
        () -> "it was welcomed, and the hub had a session of another machine as it greeted");
  }
}
