package io.ebbmesh.sim.demo;

import io.ebbmesh.node.detector.Evaluation;
import io.ebbmesh.node.detector.LabelledReading;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Holds what the nodes decided and the hub stored against the labels. */
final class DetectorFigures {

  private final List<LabelledReading> readings;
  private final Map<String, boolean[]> alarms = new LinkedHashMap<>();

  DetectorFigures(List<LabelledReading> readings) {
    this.readings = readings;
    Map<String, Integer> sizes = new LinkedHashMap<>();
    readings.forEach(reading -> sizes.merge(reading.stream(), 1, Integer::sum));
    sizes.forEach((stream, size) -> alarms.put(stream, new boolean[size]));
  }

  /** Takes the decisions of one node. */
  void add(Share share, List<StoredInsight> rows) {
    for (StoredInsight row : rows) {
      SourcePosition source = row.insight().source();
      if (source != null
          && share.has(source.position())
          && row.insight().kind() == InsightKind.ANOMALY) {
        Share.Place place = share.place(source.position());
        boolean[] stream = alarms.get(place.stream());
        if (stream != null) {
          stream[place.index()] = true;
        }
      }
    }
  }

  /** Beside the baselines, which see the readings themselves. */
  Evaluation evaluate() {
    return Evaluation.ofAlarms(alarms, readings);
  }
}
