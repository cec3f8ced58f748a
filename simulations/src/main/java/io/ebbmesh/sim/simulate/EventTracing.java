package io.ebbmesh.sim.simulate;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.EventKind;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;

/** Puts into the trace what witnesses hear and machines do not trace themselves. */
final class EventTracing implements Witness {

  private final World world;

  EventTracing(World world) {
    this.world = world;
  }

  private void event(EventKind kind, int machine, long a, long b) {
    world.trace().event(world.nowNanos(), kind, machine, a, b);
  }

  @Override
  public void produced(SimNode node, String source, long position) {
    event(EventKind.PRODUCED, node.number(), position, 0);
  }

  @Override
  public void accepted(SimNode node, String source, long position, Lane lane, long seq) {
    event(EventKind.ACCEPTED, node.number(), position, seq);
  }

  @Override
  public void committed(SimNode node, LaneKey lane, Change change, Cursor before, Outcome now) {
    SeqRanges news = now.cursor().held().minus(before.held());
    for (SeqRange range : news.ranges()) {
      if (change instanceof StoreBlock) {
        event(EventKind.STORED, node.number(), range.first(), range.last());
      } else {
        event(EventKind.DECLARED, node.number(), range.count(), 0);
      }
    }
  }

  @Override
  public void fault(int node, String kind, String text) {
    event(EventKind.FAULT, node, kind.hashCode(), 0);
  }
}
