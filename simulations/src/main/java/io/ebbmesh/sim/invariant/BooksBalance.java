package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import java.util.Map;

/** What the hub holds is what it stored, quarantined and was told is lost; each number once. */
final class BooksBalance extends Invariant {

  BooksBalance() {
    super(
        Invariants.BOOKS_BALANCE,
        "produced = stored + quarantined + declared lost + pending, for each lane of each node");
  }

  @Override
  void onCommitted(SimNode node, NodeAccount account, LaneAccount lane) {
    Cursor cursor = lane.cursor;
    long held = cursor.held().count();
    long lost = cursor.declaredLost().count();
    long quarantined = cursor.quarantined().count();
    check(
        held == lane.stored + lost + quarantined,
        node,
        () ->
            "the hub holds "
                + held
                + " numbers, of which "
                + lane.stored
                + " are stored, "
                + quarantined
                + " quarantined and "
                + lost
                + " declared lost");
  }

  /** A node never has fewer numbers than the hub holds of it. */
  @Override
  void onFrame(SimNode node, NodeAccount account, boolean toHub, Frame frame) {
    if (!toHub || !(frame instanceof Frame.Hello hello)) {
      return;
    }
    for (Map.Entry<Lane, Long> head : hello.heads().entrySet()) {
      LaneAccount lane =
          account.hub.lanes.get(new LaneKey(hello.node(), hello.incarnation(), head.getKey()));
      if (lane != null && !account.forked) {
        long held = lane.cursor.held().count();
        check(
            held <= head.getValue(),
            node,
            () -> "it says that it has " + head.getValue() + " numbers, the hub holds " + held);
      }
    }
  }
}
