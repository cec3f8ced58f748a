package io.ebbmesh.sim.scenario.report;

import java.util.function.IntToDoubleFunction;

/** Path data of SVG, as short as two decimals allow. */
final class Shapes {

  /** What is not nothing must be seen, in hundredths of the height. */
  private static final double LEAST_HEIGHT = 1;

  private Shapes() {}

  /** Steps along the tops of the buckets. */
  static String line(double[] values, int end, Scale scale) {
    StringBuilder path = new StringBuilder();
    String last = "";
    for (int i = 0; i < end; i++) {
      String y = number(scale.y(values[i]));
      if (i == 0) {
        path.append("M0 ").append(y);
      } else if (!y.equals(last)) {
        path.append('H').append(i).append('V').append(y);
      }
      last = y;
    }
    return end == 0 ? "" : path.append('H').append(end).toString();
  }

  /** The same, filled down to the axis. */
  static String area(double[] values, int end, Scale scale) {
    double[] seen = values.clone();
    double least = scale.top() * LEAST_HEIGHT / 100;
    for (int i = 0; i < seen.length; i++) {
      seen[i] = seen[i] > 0 ? Math.max(seen[i], least) : 0;
    }
    return end == 0 ? "" : line(seen, end, scale) + "V100H0Z";
  }

  /** Columns that stand on a floor, neighbours of the same height as one. */
  static String columns(int end, double floor, double height, IntToDoubleFunction share) {
    StringBuilder path = new StringBuilder();
    int from = 0;
    while (from < end) {
      double value = share.applyAsDouble(from);
      int to = from + 1;
      while (to < end && Math.abs(share.applyAsDouble(to) - value) < 0.005) {
        to++;
      }
      if (value >= 0.005) {
        path.append('M').append(from).append(' ').append(number(floor));
        path.append('v').append(number(-height * value));
        path.append('h').append(to - from);
        path.append('v').append(number(height * value)).append('z');
      }
      from = to;
    }
    return path.toString();
  }

  static String number(double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths % 100 == 0) {
      return Long.toString(hundredths / 100);
    }
    String sign = hundredths < 0 ? "-" : "";
    long size = Math.abs(hundredths);
    String decimals = size % 10 == 0 ? "" + size % 100 / 10 : "%02d".formatted(size % 100);
    return sign + size / 100 + "." + decimals;
  }
}
