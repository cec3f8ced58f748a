package io.ebbmesh.sim.scenario.report;

import java.util.function.IntToDoubleFunction;

/** One value for each bucket: what a plot draws, its table lists and the cursor reads. */
record Series(String name, Unit unit, Merge merge, double[] values) {

  /** What several buckets are as one. */
  enum Merge {
    MEAN,
    SUM,
    MAX
  }

  static Series of(
      String name, Unit unit, Merge merge, int buckets, IntToDoubleFunction valueOfBucket) {
    double[] values = new double[buckets];
    for (int i = 0; i < buckets; i++) {
      values[i] = valueOfBucket.applyAsDouble(i);
    }
    return new Series(name, unit, merge, values);
  }

  double max() {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** The buckets from one to before another as one value. */
  double merged(int from, int to) {
    double sum = 0;
    double max = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
      max = Math.max(max, values[i]);
    }
    return switch (merge) {
      case MEAN -> to == from ? 0 : sum / (to - from);
      case SUM -> sum;
      case MAX -> max;
    };
  }

  /** This on top of another, for stacks. */
  Series onTopOf(Series other) {
    return of(name, unit, merge, values.length, i -> values[i] + other.values[i]);
  }
}
