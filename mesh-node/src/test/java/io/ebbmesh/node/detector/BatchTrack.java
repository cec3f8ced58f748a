package io.ebbmesh.node.detector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The definition of {@link ChannelTrack} over a whole series, without windows of its own. */
final class BatchTrack {

  record Result(double[] deviations, double[] drifts) {}

  private BatchTrack() {}

  static Result of(double[] series, double usualRate, double usualScale) {
    int block = ChannelTrack.BLOCK;
    double[] level = new double[series.length + 1];
    double[] deviations = new double[series.length];
    double[] drifts = new double[series.length];
    List<Double> rates = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    level[0] = series[0];
    double rate = 1.5 * usual(rates, usualRate);
    double scale = usual(peaks, usualScale);
    for (int i = 0; i < series.length; i++) {
      deviations[i] = (series[i] - level[i]) / scale;
      drifts[i] = (level[i] - level[Math.max(0, i - block)]) / scale;
      double step = rate * Math.max(1, Math.min(10, block / (i + 1.0)));
      level[i + 1] = level[i] + Math.max(-step, Math.min(step, series[i] - level[i]));
      if ((i + 1) % block == 0 && i >= block) {
        int from = i + 1 - block;
        double before = median(series, from - block, from);
        double now = median(series, from, i + 1);
        rates.add(Math.min(Math.abs(now - before) / block, rate / 1.5 * 1.5));
        double peak = 0;
        for (int j = from; j <= i; j++) {
          peak = Math.max(peak, Math.abs(series[j] - level[j]));
        }
        peaks.add(Math.min(peak, scale * 1.5));
        rate = 1.5 * usual(rates, usualRate);
        scale = usual(peaks, usualScale);
      }
    }
    return new Result(deviations, drifts);
  }

  /** Second highest of the last 16, where those before the first count as in training. */
  private static double usual(List<Double> seen, double training) {
    List<Double> last = new ArrayList<>(seen.subList(Math.max(0, seen.size() - 16), seen.size()));
    while (last.size() < 16) {
      last.add(training);
    }
    last.sort(null);
    return Math.max(training * 0.5, Math.min(training * 4, last.get(14)));
  }

  private static double median(double[] series, int from, int to) {
    double[] sorted = Arrays.copyOfRange(series, from, to);
    Arrays.sort(sorted);
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  }
}
