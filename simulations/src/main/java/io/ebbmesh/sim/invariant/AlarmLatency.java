package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.world.World;

/**
 * An insight of lane alarm that is accepted during a session, and during which the session lives
 * on, is stored within the limit and the time that its lane's share of the link needs for what
 * waited before it.
 */
final class AlarmLatency extends Invariant {

  /** What an insight may take of the link, with all that frames add to a block of one. */
  private static final double BITS_PER_INSIGHT = 400 * 8;

  /** Share of the link that the lane of alarms has beside all others, by the default weights. */
  private static final double WEIGHT = 8.0 / (8 + 4 + 2 + 1);

  private static final double NANOS = 1e9;

  private final World world;
  private final long withinNanos;

  AlarmLatency(World world, long withinNanos) {
    super(
        Invariants.ALARM_LATENCY,
        "an alarm arrives within its limit while the session lives, whatever waits before it");
    this.world = world;
    this.withinNanos = withinNanos;
  }

  @Override
  void onStored(SimNode node, NodeAccount account, Stored stored) {
    Pending pending = stored.pending();
    if (pending == null
        || pending.lane() != Lane.ALARM
        || !account.live
        || account.liveSinceNanos > pending.acceptedNanos()) {
      return;
    }
    long took = world.nowNanos() - pending.acceptedNanos();
    double rate = node.wire().upBitsPerSecond() * WEIGHT;
    double backlog = pending.ahead() * BITS_PER_INSIGHT / Math.max(1, rate) * NANOS;
    check(
        took <= withinNanos + backlog,
        node,
        () ->
            "an alarm of "
                + pending.source().name
                + " took "
                + took / NANOS
                + " s with "
                + pending.ahead()
                + " alarms before it");
  }
}
