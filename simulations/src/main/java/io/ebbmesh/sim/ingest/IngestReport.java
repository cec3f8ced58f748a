package io.ebbmesh.sim.ingest;

import java.util.List;

/**
 * What {@code bench ingest} reports.
 *
 * @param records insights of a run
 * @param perBlock insights of a block
 */
record IngestReport(long records, int perBlock, List<Run> runs) {

  /**
   * With one number of sessions.
   *
   * @param insightsPerSecond from the first push to the last acknowledgement
   * @param insightsPerTransaction of the store, while it ingested
   * @param bytesPerInsight of the store's file afterwards
   * @param queryP99Millis of the questions asked meanwhile
   * @param balanced whether the hub's books balance and have exactly what was pushed
   */
  record Run(
      int sessions,
      double insightsPerSecond,
      double insightsPerTransaction,
      double bytesPerInsight,
      long queries,
      double queryP50Millis,
      double queryP99Millis,
      boolean balanced) {}
}
