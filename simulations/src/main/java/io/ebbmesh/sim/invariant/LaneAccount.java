package io.ebbmesh.sim.invariant;

import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;

/** What the hub holds of one lane of one incarnation. */
final class LaneAccount {

  final LaneKey key;
  final Prints prints = new Prints();
  Cursor cursor = Cursor.EMPTY;
  long stored;

  LaneAccount(LaneKey key) {
    this.key = key;
  }
}
