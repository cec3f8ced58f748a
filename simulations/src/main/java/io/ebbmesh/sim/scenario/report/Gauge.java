package io.ebbmesh.sim.scenario.report;

/**
 * A value that holds until it is set again, as time-weighted mean and highest value of each bucket.
 * Setting it costs the buckets passed since the last time, so a run costs each bucket once.
 */
final class Gauge {

  private final TimeAxis axis;
  private final double[] valueNanos;
  private final long[] max;
  private long value;
  private long sinceNanos;
  private int bucket;
  private long peak;
  private long peakAtNanos;

  Gauge(TimeAxis axis) {
    this.axis = axis;
    this.valueNanos = new double[axis.buckets()];
    this.max = new long[axis.buckets()];
  }

  void set(long atNanos, long next) {
    advance(atNanos);
    value = next;
    max[bucket] = Math.max(max[bucket], next);
    if (next > peak) {
      peak = next;
      peakAtNanos = atNanos;
    }
  }

  void add(long atNanos, long delta) {
    set(atNanos, value + delta);
  }

  /** Lets the value hold until a time; beyond the horizon nothing is measured. */
  void advance(long atNanos) {
    long until = Math.min(atNanos, axis.start(axis.buckets()));
    int last = axis.bucket(until);
    while (bucket < last) {
      hold(axis.start(bucket + 1));
      bucket++;
    }
    hold(until);
  }

  private void hold(long untilNanos) {
    if (untilNanos > sinceNanos) {
      valueNanos[bucket] += (double) value * (untilNanos - sinceNanos);
      max[bucket] = Math.max(max[bucket], value);
      sinceNanos = untilNanos;
    }
  }

  long value() {
    return value;
  }

  long peak() {
    return peak;
  }

  long peakAtNanos() {
    return peakAtNanos;
  }

  long max(int bucket) {
    return max[bucket];
  }

  double mean(int bucket) {
    long covered = axis.covered(bucket, sinceNanos);
    return covered == 0 ? 0 : valueNanos[bucket] / covered;
  }

  /** The mean of the whole run until now. */
  double mean() {
    double sum = 0;
    for (double each : valueNanos) {
      sum += each;
    }
    return sinceNanos == 0 ? value : sum / sinceNanos;
  }
}
