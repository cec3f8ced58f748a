package io.ebbmesh.sim.scenario.report;

/** A logarithmic axis of delays, in whole bins; what is shorter is in the first one. */
final class LogAxis {

  static final int BINS_PER_DECADE = 10;

  private static final long SECOND = 1_000_000_000L;
  private static final long[] TICKS = {
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    SECOND,
    10 * SECOND,
    60 * SECOND,
    600 * SECOND,
    3_600 * SECOND,
    21_600 * SECOND,
    86_400 * SECOND,
    604_800 * SECOND,
    2_592_000 * SECOND,
    31_536_000 * SECOND
  };

  private final int firstBin;
  private final int bins;

  private LogAxis(int firstBin, int bins) {
    this.firstBin = firstBin;
    this.bins = bins;
  }

  /** From below the least of all to above the greatest, over at least a factor of ten. */
  static LogAxis around(Delays one, Delays other) {
    long least = Long.MAX_VALUE;
    long greatest = 1_000;
    for (Delays delays : new Delays[] {one, other}) {
      if (delays.count() > 0) {
        least = Math.min(least, delays.minNanos());
        greatest = Math.max(greatest, delays.maxNanos());
      }
    }
    int first = (int) Math.floor(position(Math.min(least, greatest))) - 1;
    int last = (int) Math.ceil(position(greatest)) + 1;
    return new LogAxis(first, Math.max(BINS_PER_DECADE, last - first));
  }

  double[] bins(Delays delays) {
    double[] counts = new double[bins];
    delays.forEach(
        (nanos, count) -> {
          int bin = (int) Math.floor(position(nanos)) - firstBin;
          counts[Math.max(0, Math.min(bins - 1, bin))] += count;
        });
    return counts;
  }

  double percent(long nanos) {
    return Math.max(0, Math.min(100, 100 * (position(nanos) - firstBin) / bins));
  }

  void ticks(Markup page) {
    int index = 0;
    for (long tick : TICKS) {
      if (inside(tick)) {
        page.raw(Timeline.tickLabel(index, percent(tick), Human.duration(tick)));
        index++;
      }
    }
  }

  /** Path data from top to bottom at each tick. */
  String gridLines() {
    StringBuilder path = new StringBuilder();
    for (long tick : TICKS) {
      if (inside(tick)) {
        path.append('M').append(Shapes.number(percent(tick) * bins / 100)).append(" 0V100");
      }
    }
    return path.toString();
  }

  private boolean inside(long nanos) {
    double at = position(nanos) - firstBin;
    return at >= 0 && at <= bins;
  }

  /** In bins from 1 ns; below a microsecond nothing is told apart. */
  private static double position(long nanos) {
    return BINS_PER_DECADE * Math.log10(Math.max(1_000, nanos));
  }
}
