package io.ebbmesh.sim.demo;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.util.UUID;

/** Rows of a hub's store, made by hand. */
final class Rows {

  static final Incarnation INCARNATION = new Incarnation(new UUID(1, 2));

  private Rows() {}

  static StoredInsight row(long seq, long position) {
    return row(seq, position, InsightKind.CLASSIFICATION, "");
  }

  static StoredInsight row(long seq, long position, InsightKind kind, String decidedBy) {
    return new StoredInsight(
        INCARNATION,
        Lane.INSIGHT,
        seq,
        1 + (seq - 1) / 10 * 10,
        new Insight(
            kind,
            "mote-1",
            "detector@1",
            "normal",
            decidedBy,
            1_000_000_000L * seq,
            0.5f + seq % 3,
            new float[] {20 + seq % 5, 40 - seq % 7},
            new SourcePosition("csv/node-1.csv", position)));
  }
}
