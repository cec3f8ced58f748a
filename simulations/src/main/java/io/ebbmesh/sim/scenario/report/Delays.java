package io.ebbmesh.sim.scenario.report;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Delays in logarithmic buckets, each within a thousandth of the true value; the maximum exact. */
final class Delays {

  private static final int SIGNIFICANT_DIGITS = 3;

  private final Histogram histogram = new Histogram(Long.MAX_VALUE / 2, SIGNIFICANT_DIGITS);
  private long maxNanos;
  private long minNanos = Long.MAX_VALUE;

  void record(long delayNanos) {
    long delay = Math.max(0, Math.min(delayNanos, histogram.getHighestTrackableValue()));
    histogram.recordValue(delay);
    maxNanos = Math.max(maxNanos, delay);
    minNanos = Math.min(minNanos, delay);
  }

  long count() {
    return histogram.getTotalCount();
  }

  long maxNanos() {
    return maxNanos;
  }

  long minNanos() {
    return count() == 0 ? 0 : minNanos;
  }

  /** The delay that this share of the insights did not exceed, in percent. */
  long percentileNanos(double percent) {
    return count() == 0 ? 0 : Math.min(maxNanos, histogram.getValueAtPercentile(percent));
  }

  /** Visits (delay, count) of every recorded delay in rising order. */
  void forEach(Visitor visitor) {
    for (HistogramIterationValue value : histogram.recordedValues()) {
      visitor.visit(
          Math.min(maxNanos, value.getValueIteratedTo()), value.getCountAtValueIteratedTo());
    }
  }

  /** See {@link #forEach}. */
  @FunctionalInterface
  interface Visitor {
    void visit(long delayNanos, long count);
  }
}
