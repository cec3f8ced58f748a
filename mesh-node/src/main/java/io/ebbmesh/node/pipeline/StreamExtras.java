package io.ebbmesh.node.pipeline;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.util.ArrayList;
import java.util.List;

/**
 * What one stream makes beside decisions, if it is switched on: every n-th reading as it is, and a
 * summary of each m readings. Counts readings and not time, so that a source that is read again
 * makes the same ones at the same positions, and the outbox knows them.
 */
final class StreamExtras {

  private final PipelineSettings.Extras settings;
  private long readings;
  private int inWindow;
  private List<String> channels = List.of();
  private double[] min = {};
  private double[] max = {};
  private double[] sum = {};
  private List<Insight> made = List.of();

  StreamExtras(PipelineSettings.Extras settings) {
    this.settings = settings;
  }

  /** Takes the next reading of the stream. */
  void next(Reading reading) {
    if (settings.sampleEvery() == 0 && settings.aggregateReadings() == 0) {
      return;
    }
    made = new ArrayList<>();
    readings++;
    if (settings.sampleEvery() > 0 && readings % settings.sampleEvery() == 0) {
      made.add(insight(InsightKind.SAMPLE, reading, 0, floats(reading.values())));
    }
    if (settings.aggregateReadings() > 0) {
      aggregate(reading);
    }
  }

  /** What was made of the last reading. */
  List<Insight> made() {
    return made;
  }

  private void aggregate(Reading reading) {
    if (!reading.channels().equals(channels)) {
      channels = reading.channels();
      inWindow = 0;
    }
    double[] values = reading.values();
    if (inWindow == 0) {
      min = values.clone();
      max = values.clone();
      sum = new double[values.length];
    }
    inWindow++;
    for (int i = 0; i < values.length; i++) {
      min[i] = Math.min(min[i], values[i]);
      max[i] = Math.max(max[i], values[i]);
      sum[i] += values[i];
    }
    if (inWindow == settings.aggregateReadings()) {
      float[] summary = new float[3 * values.length];
      for (int i = 0; i < values.length; i++) {
        summary[3 * i] = (float) min[i];
        summary[3 * i + 1] = (float) max[i];
        summary[3 * i + 2] = (float) (sum[i] / inWindow);
      }
      made.add(insight(InsightKind.AGGREGATE, reading, inWindow, summary));
      inWindow = 0;
    }
  }

  private static Insight insight(InsightKind kind, Reading reading, int count, float[] values) {
    SourcePosition source = reading.source();
    return new Insight(
        kind,
        reading.stream(),
        "",
        String.join(",", reading.channels()),
        "",
        reading.observedNanos(),
        count,
        values,
        source == null
            ? null
            : new SourcePosition(
                source.source() + (kind == InsightKind.SAMPLE ? "#sample" : "#aggregate"),
                source.position()));
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
