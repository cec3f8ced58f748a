package io.ebbmesh.sim.scenario.report;

/** Equal buckets from the start of a run to its horizon; what comes later is in the last one. */
record TimeAxis(long horizonNanos, int buckets, long bucketNanos) {

  /** 146 years: twice that is the end of a long. */
  private static final long MAX_HORIZON_NANOS = Long.MAX_VALUE / 2;

  static TimeAxis of(long horizonNanos, int buckets) {
    if (horizonNanos <= 0 || horizonNanos > MAX_HORIZON_NANOS) {
      throw new IllegalArgumentException(
          "the horizon must be from 1 to " + MAX_HORIZON_NANOS + " ns: " + horizonNanos);
    }
    return new TimeAxis(horizonNanos, buckets, (horizonNanos - 1) / buckets + 1);
  }

  int bucket(long atNanos) {
    return (int) Math.min(buckets - 1, atNanos / bucketNanos);
  }

  long start(int bucket) {
    return bucket * bucketNanos;
  }

  /** How much of a bucket lies before an end. */
  long covered(int bucket, long endNanos) {
    return Math.max(0, Math.min(start(bucket + 1), endNanos) - start(bucket));
  }

  double seconds() {
    return bucketNanos / 1e9;
  }

  /** A time in buckets, for drawing. */
  double x(long atNanos) {
    return Math.min(buckets, (double) atNanos / bucketNanos);
  }

  double percent(long atNanos) {
    return 100 * x(atNanos) / buckets;
  }
}
