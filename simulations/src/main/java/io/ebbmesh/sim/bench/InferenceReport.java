package io.ebbmesh.sim.bench;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What {@code bench inference} reports: medians over the runs, and the runs.
 *
 * @param ratio median of the runs' ratios of mesh to raw
 * @param addedP99Micros median of the runs' differences of the p99s, one in flight, one session
 */
@JsonPropertyOrder({"meshPerSecond", "rawPerSecond", "ratio", "addedP99Micros"})
record InferenceReport(
    double meshPerSecond,
    double rawPerSecond,
    double ratio,
    double addedP99Micros,
    double addedP50Micros,
    int sessions,
    double secondsPerPhase,
    List<Run> runs) {

  /** One run: throughput with all sessions, latency with one. */
  record Run(
      double meshPerSecond,
      double rawPerSecond,
      double ratio,
      double meshCpuMicrosEach,
      double rawCpuMicrosEach,
      double meshP50Micros,
      double rawP50Micros,
      double meshP99Micros,
      double rawP99Micros) {

    static Run of(Measured mesh, Measured raw, Measured meshLatency, Measured rawLatency) {
      return new Run(
          mesh.perSecond(),
          raw.perSecond(),
          mesh.perSecond() / raw.perSecond(),
          mesh.cpuMicrosEach(),
          raw.cpuMicrosEach(),
          meshLatency.micros(50),
          rawLatency.micros(50),
          meshLatency.micros(99),
          rawLatency.micros(99));
    }
  }

  static InferenceReport of(int sessions, double secondsPerPhase, List<Run> runs) {
    return new InferenceReport(
        median(runs, Run::meshPerSecond),
        median(runs, Run::rawPerSecond),
        median(runs, Run::ratio),
        median(runs, run -> run.meshP99Micros() - run.rawP99Micros()),
        median(runs, run -> run.meshP50Micros() - run.rawP50Micros()),
        sessions,
        secondsPerPhase,
        runs);
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
