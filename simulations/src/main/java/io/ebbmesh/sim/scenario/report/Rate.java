package io.ebbmesh.sim.scenario.report;

/**
 * Counts per bucket as rates: per second, or minute, or hour, whichever is not a tiny number, and
 * as the mean of so many buckets that chance does not hide the course.
 */
record Rate(TimeAxis axis, int width, String unit, double seconds) {

  private static final int ENOUGH = 25;

  /** They divide the number of buckets. */
  private static final int[] WIDTHS = {1, 2, 3, 4, 5, 6, 8, 10, 12};

  /** Rates for counts like these, of which the first {@code reached} buckets were run through. */
  static Rate of(TimeAxis axis, int reached, long[] counts) {
    double sum = 0;
    for (long count : counts) {
      sum += count;
    }
    double mean = sum / Math.max(1, reached);
    int width = 0;
    while (width < WIDTHS.length - 1 && mean * WIDTHS[width] < ENOUGH) {
      width++;
    }
    double perSecond = mean / axis.seconds();
    if (perSecond >= 1) {
      return new Rate(axis, WIDTHS[width], "second", 1);
    }
    return perSecond * 60 >= 1
        ? new Rate(axis, WIDTHS[width], "minute", 60)
        : new Rate(axis, WIDTHS[width], "hour", 3600);
  }

  /** What a value is the mean of. */
  long nanos() {
    return width * axis.bucketNanos();
  }

  Series series(String name, long[] counts) {
    return Series.of(
        name + " per " + unit,
        Unit.NUMBER,
        Series.Merge.MEAN,
        axis.buckets(),
        i -> mean(counts, i / width * width) / axis.seconds() * seconds);
  }

  private double mean(long[] counts, int from) {
    double sum = 0;
    for (int i = from; i < from + width; i++) {
      sum += counts[i];
    }
    return sum / width;
  }
}
