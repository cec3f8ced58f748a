package io.ebbmesh.sim.bench;

import java.lang.management.ManagementFactory;
import org.HdrHistogram.Histogram;

/**
 * One measured phase.
 *
 * @param latencies nanoseconds of each completed operation
 * @param nanos how long the phase took
 * @param cpuNanos processor time of the whole process meanwhile
 */
record Measured(Histogram latencies, long nanos, long cpuNanos) {

  private static final long LONGEST_NANOS = 600_000_000_000L;

  /** A phase whose processor time nobody asks for. */
  Measured(Histogram latencies, long nanos) {
    this(latencies, nanos, 0);
  }

  static Measured nothing() {
    return new Measured(histogram(), 0, 0);
  }

  Measured plus(Measured other) {
    Histogram sum = latencies.copy();
    sum.add(other.latencies);
    return new Measured(sum, nanos + other.nanos, cpuNanos + other.cpuNanos);
  }

  static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, 3);
  }

  /** Processor time of this process so far. */
  static long processCpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean process
        ? process.getProcessCpuTime()
        : 0;
  }

  double cpuMicrosEach() {
    return cpuNanos / 1e3 / latencies.getTotalCount();
  }

  double perSecond() {
    return latencies.getTotalCount() * 1e9 / nanos;
  }

  double micros(double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e3;
  }
}
