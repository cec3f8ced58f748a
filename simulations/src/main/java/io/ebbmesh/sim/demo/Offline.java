package io.ebbmesh.sim.demo;

import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.util.BitSet;
import java.util.List;

/** What became of the readings of an outage. */
final class Offline {

  private Offline() {}

  /** How many of these positions a neighbour decided. */
  static long byNeighbours(BitSet positions, List<StoredInsight> rows) {
    return rows.stream()
        .filter(row -> !row.insight().decidedBy().isEmpty())
        .map(row -> row.insight().source())
        .filter(source -> isAmong(positions, source))
        .count();
  }

  private static boolean isAmong(
      BitSet positions, @org.jspecify.annotations.Nullable SourcePosition source) {
    return source != null && positions.get((int) source.position());
  }
}
