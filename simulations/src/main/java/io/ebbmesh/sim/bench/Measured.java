package io.ebbmesh.sim.bench;

import org.HdrHistogram.Histogram;

/**
 * One measured phase.
 *
 * @param latencies nanoseconds of each completed operation
 * @param nanos how long the phase took
 */
record Measured(Histogram latencies, long nanos) {

  private static final long LONGEST_NANOS = 600_000_000_000L;

  static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, 3);
  }

  double perSecond() {
    return latencies.getTotalCount() * 1e9 / nanos;
  }

  double micros(double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e3;
  }
}
