package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.SourcePosition;

/** Insights for tests. */
final class Samples {

  private Samples() {}

  static Insight insight(String source, long position) {
    return new Insight(
        InsightKind.DETECTION,
        "camera-" + source,
        "ppe@1",
        "person",
        "",
        position * 1_000,
        position,
        new float[] {position, 1},
        new SourcePosition(source, position));
  }

  static Insight withoutSource(long number) {
    return new Insight(
        InsightKind.ANOMALY, "press", "", "", "", number, number, new float[0], null);
  }
}
