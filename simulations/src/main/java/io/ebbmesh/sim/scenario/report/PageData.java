package io.ebbmesh.sim.scenario.report;

import java.util.List;
import java.util.StringJoiner;

/** The series of all plots as JSON, for the cursor and for whoever wants the numbers. */
final class PageData {

  private PageData() {}

  /** Names of series are ours, so nothing in it needs escaping. */
  static String of(TimeAxis axis, int endBucket, List<Plot> plots) {
    StringJoiner all = new StringJoiner(",\n", "{\n", "}");
    for (Plot plot : plots) {
      if (!plot.series().isEmpty()) {
        StringJoiner series = new StringJoiner(",\n", "[", "]");
        plot.series().forEach(each -> series.add(json(each, endBucket)));
        all.add("\"" + plot.id() + "\":" + series);
      }
    }
    return "{\"bucketNanos\":%d,\"buckets\":%d,\"plots\":%s}"
        .formatted(axis.bucketNanos(), axis.buckets(), all);
  }

  private static String json(Series series, int endBucket) {
    StringJoiner values = new StringJoiner(",", "[", "]");
    for (int i = 0; i < endBucket; i++) {
      values.add(Shapes.number(series.values()[i]));
    }
    return "{\"name\":\"%s\",\"unit\":\"%s\",\"values\":%s}"
        .formatted(series.name(), series.unit(), values);
  }
}
