package io.ebbmesh.sim.scenario.report;

import java.util.ArrayList;
import java.util.List;

/** Series as a table of at most 24 rows: a day by the hour. */
final class SeriesTable {

  private static final int ROWS = 24;

  private SeriesTable() {}

  static void write(Markup page, TimeAxis axis, int endBucket, List<Series> series) {
    List<String> head = new ArrayList<>(List.of("from"));
    for (Series each : series) {
      head.add(each.name() + (each.merge() == Series.Merge.MAX ? " (highest)" : ""));
    }
    List<List<String>> rows = new ArrayList<>();
    int perRow = axis.buckets() / ROWS;
    for (int from = 0; from < endBucket; from += perRow) {
      int to = Math.min(from + perRow, endBucket);
      List<String> row = new ArrayList<>(List.of(Human.moment(axis.start(from))));
      for (Series each : series) {
        row.add(each.unit().write(each.merged(from, to)));
      }
      rows.add(row);
    }
    page.table(head, rows);
  }
}
