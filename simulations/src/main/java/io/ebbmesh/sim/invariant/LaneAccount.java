package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import org.jspecify.annotations.Nullable;

/** What the hub holds of one lane of a node's present incarnation. */
final class LaneAccount {

  @Nullable Incarnation incarnation;
  Cursor cursor = Cursor.EMPTY;
  long stored;
}
