package io.ebbmesh.sim.bench;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What {@code bench outbox} reports: medians over the runs, their spread, and the runs.
 *
 * @param acceptedPerSecond insights accepted a second
 * @param p50Micros from offer to acceptance
 * @param diskBytesPerInsight bytes in the log's files
 * @param ceilingPerSecond uncompressed protobuf, grouped as the run grouped it, on a plain file
 * @param ratioToCeiling median of the runs' ratios
 * @param syncP50Micros 4 KiB appended and synced to a plain file
 * @param zstdBytesPerInsight of zstd-3 over protobuf, 1,000 insights at a time
 */
@JsonPropertyOrder({
  "acceptedPerSecond",
  "p50Micros",
  "p99Micros",
  "diskBytesPerInsight",
  "ceilingPerSecond",
  "ratioToCeiling",
  "syncP50Micros",
  "zstdBytesPerInsight"
})
record OutboxReport(
    double acceptedPerSecond,
    double p50Micros,
    double p99Micros,
    double diskBytesPerInsight,
    double ceilingPerSecond,
    double ratioToCeiling,
    double syncP50Micros,
    double zstdBytesPerInsight,
    double zstdBytesPerInsightAt100,
    double protobufBytesPerInsight,
    int records,
    int inFlight,
    Spread spread,
    List<Run> runs) {

  /** Lowest and highest of the runs. */
  record Spread(
      double acceptedPerSecondMin,
      double acceptedPerSecondMax,
      double p50MicrosMin,
      double p50MicrosMax,
      double ratioToCeilingMin,
      double ratioToCeilingMax) {}

  /** One run of the outbox and what the plain file gave beside it. */
  record Run(
      double acceptedPerSecond,
      double p50Micros,
      double p99Micros,
      double diskBytesPerInsight,
      double blockBytesPerInsight,
      double insightsPerBlock,
      double ceilingPerSecond,
      double ratioToCeiling,
      double syncP50Micros) {

    static Run of(OutboxRun outbox, double ceilingPerSecond, double syncP50Micros) {
      double insights = outbox.load().latencies().getTotalCount();
      double perSecond = outbox.load().perSecond();
      return new Run(
          perSecond,
          outbox.load().micros(50),
          outbox.load().micros(99),
          outbox.diskBytes() / insights,
          outbox.blockBytes() / insights,
          insights / outbox.groups().length,
          ceilingPerSecond,
          perSecond / ceilingPerSecond,
          syncP50Micros);
    }
  }

  /** Sizes of the same insights in other forms, in bytes per insight. */
  record Sizes(double protobuf, double zstdAt100, double zstdAt1000) {}

  static OutboxReport of(int records, int inFlight, Sizes sizes, List<Run> runs) {
    return new OutboxReport(
        median(runs, Run::acceptedPerSecond),
        median(runs, Run::p50Micros),
        median(runs, Run::p99Micros),
        median(runs, Run::diskBytesPerInsight),
        median(runs, Run::ceilingPerSecond),
        median(runs, Run::ratioToCeiling),
        median(runs, Run::syncP50Micros),
        sizes.zstdAt1000(),
        sizes.zstdAt100(),
        sizes.protobuf(),
        records,
        inFlight,
        new Spread(
            sorted(runs, Run::acceptedPerSecond)[0],
            sorted(runs, Run::acceptedPerSecond)[runs.size() - 1],
            sorted(runs, Run::p50Micros)[0],
            sorted(runs, Run::p50Micros)[runs.size() - 1],
            sorted(runs, Run::ratioToCeiling)[0],
            sorted(runs, Run::ratioToCeiling)[runs.size() - 1]),
        runs);
  }

  private static double[] sorted(List<Run> runs, ToDoubleFunction<Run> figure) {
    return runs.stream().mapToDouble(figure).sorted().toArray();
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
    double[] sorted = sorted(runs, figure);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
