package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.world.World;

/**
 * While nothing stands in the way for long enough, everything that waited at the beginning arrives.
 * "Long enough" is the limit and what the link needs for it.
 */
final class Liveness extends Invariant {

  private static final double BITS_PER_INSIGHT = 400 * 8;
  private static final double NANOS = 1e9;

  private final World world;
  private final long withinNanos;

  Liveness(World world, long withinNanos) {
    super(Invariants.LIVENESS, "with the link up for long enough, the backlog empties");
    this.world = world;
    this.withinNanos = withinNanos;
  }

  @Override
  void onPath(SimNode node, NodeAccount account, boolean whole) {
    if (whole) {
      watch(node, account);
    }
  }

  private void watch(SimNode node, NodeAccount account) {
    int epoch = account.pathEpoch;
    long upTo = account.accepted;
    double rate = Math.max(1, node.wire().upBitsPerSecond());
    long transfer = (long) (account.pending.size() * BITS_PER_INSIGHT / rate * NANOS);
    world.after(
        withinNanos + transfer,
        () -> {
          if (account.pathEpoch == epoch) {
            judge(node, account, upTo);
            watch(node, account);
          }
        });
  }

  private void judge(SimNode node, NodeAccount account, long upTo) {
    Pending oldest = account.pending.isEmpty() ? null : account.pending.firstEntry().getValue();
    check(
        oldest == null || oldest.number() > upTo || account.forked,
        node,
        () ->
            "nothing stood between it and the hub for "
                + withinNanos / NANOS
                + " s, and "
                + account.pending.size()
                + " insights wait, the oldest of them "
                + oldest);
  }
}
