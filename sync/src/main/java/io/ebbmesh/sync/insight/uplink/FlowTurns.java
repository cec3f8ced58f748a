package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: the flows of all lanes share the link by weight, in bytes. The next is the one
 * that was served least for its weight, and one that was idle joins where the others are, so that
 * nobody starves and a lone alarm is the next block (start-time fair queueing: Goyal, Vin and
 * Cheng, 1996).
 */
final class FlowTurns {

  /** Of the room, what is left for a flow that has nothing on its way when its turn comes. */
  private static final int RESERVE = 8;

  /**
   * A flow that may read now.
   *
   * @param roomBytes what it may take; less than its next block if nothing is on its way at all
   */
  record Turn(LaneUplink lane, LaneFlow flow, long roomBytes) {}

  private final List<LaneUplink> lanes;
  private boolean heldBack;

  FlowTurns(List<LaneUplink> lanes) {
    this.lanes = lanes;
  }

  /** Whether a block waited for room when {@link #next} was asked last. */
  boolean heldBack() {
    return heldBack;
  }

  /**
   * @param mostBytes that may be on their way
   * @param usedBytes that are
   * @return null if no flow has a block that fits
   */
  @Nullable Turn next(long mostBytes, long usedBytes) {
    long least = letIdleFlowsCatchUp();
    Turn best = null;
    heldBack = false;
    for (LaneUplink lane : lanes) {
      for (LaneFlow flow : lane.flows()) {
        BlockRef block = lane.next(flow);
        if (block == null) {
          continue;
        }
        boolean waitsForNone = flow.isSparse() && flow.served() <= least;
        long room = mostBytes - (waitsForNone ? 0 : mostBytes / RESERVE) - usedBytes;
        if (usedBytes > 0 && block.bytes() > room) {
          heldBack = true;
        } else if (best == null || flow.served() < best.flow().served()) {
          best = new Turn(lane, flow, room);
        }
      }
    }
    return best;
  }

  /** Returns how much the flow was served that was served least of those with something to send. */
  private long letIdleFlowsCatchUp() {
    long least = Long.MAX_VALUE;
    for (LaneUplink lane : lanes) {
      for (LaneFlow flow : lane.flows()) {
        if (lane.isActive(flow)) {
          least = Math.min(least, flow.served());
        }
      }
    }
    for (LaneUplink lane : lanes) {
      for (LaneFlow flow : lane.flows()) {
        if (!lane.isActive(flow) && least < Long.MAX_VALUE) {
          flow.catchUp(least);
        }
      }
    }
    return least;
  }
}
