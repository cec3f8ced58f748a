package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.machine.SimNode;

/**
 * A store that went back is never welcomed as if it had not, and no other one is told to go on as a
 * new incarnation.
 */
final class ForkNoticed extends Invariant {

  ForkNoticed() {
    super(Invariants.FORK_NOTICED, "a store that went back in time is always noticed");
  }

  static boolean isFork(Frame.Refused refused) {
    return refused.reason() == Frame.RefusalReason.FORKED;
  }

  private static boolean isForkBeside(NodeAccount account) {
    return account.hasCopies() && account.hello != null && Forks.isFork(account.hub, account.hello);
  }

  @Override
  void onFrame(SimNode node, NodeAccount account, boolean toHub, Frame frame) {
    if (frame instanceof Frame.Welcome) {
      check(
          !account.forked,
          node,
          () -> "its store has gone back behind what the hub knows, and it was welcomed");
    } else if (frame instanceof Frame.Refused refused && isFork(refused)) {
      // Beside a machine that lives on, another opening goes on as a new incarnation in any case;
      // of two that greet at once one is recorded first.
      check(
          account.forked || account.foundHeld || isForkBeside(account),
          node,
          () -> "it was refused as a fork and is none: " + refused.message());
    }
  }
}
