package io.ebbmesh.node.detector;

import java.util.Arrays;

/**
 * What is usual for one channel of one stream, followed reading by reading in constant memory.
 *
 * <p>The level follows the channel by at most {@code rate} per reading, the fastest steady drift
 * that the last hours showed: an event moves the channel much faster than that, so the level keeps
 * remembering how it was before the event began, however long it lasts. The scale is how far the
 * channel usually strays from its level. Both come from the last {@value #BLOCKS} blocks of {@value
 * #BLOCK} readings, where the highest block is passed over and no block counts for more than
 * {@value #GROWTH} times what was usual before it, so that an event hardly widens what is usual.
 * Blocks that were not seen yet count as in training.
 */
final class ChannelTrack {

  /** Readings in a block: ten minutes at one reading each five seconds. */
  static final int BLOCK = 120;

  /** Blocks that are remembered. */
  static final int BLOCKS = 16;

  /** How much faster than the usual steady drift the level may follow. */
  static final double RATE_MARGIN = 1.5;

  private static final double GROWTH = 1.5;
  private static final double LOWEST = 0.5;
  private static final double HIGHEST = 4;
  private static final int SETTLING = 10;

  private final double[] levels = new double[BLOCK];
  private final double[] block = new double[BLOCK];
  private final double[] rates = new double[BLOCKS];
  private final double[] peaks = new double[BLOCKS];
  private final boolean adapting;
  private double usualRate;
  private double usualScale;
  private double rate;
  private double scale;
  private double level;
  private double peak;
  private double lastMedian = Double.NaN;
  private long count;
  private long blocks;

  private double deviation;
  private double drift;

  /**
   * @param usualRate steady drift per reading in training
   * @param usualScale distance from the level in training
   * @param adapting whether the blocks seen here count
   */
  ChannelTrack(double usualRate, double usualScale, boolean adapting) {
    this.adapting = adapting;
    this.usualRate = usualRate;
    this.usualScale = usualScale;
    Arrays.fill(rates, usualRate);
    Arrays.fill(peaks, usualScale);
    refresh();
  }

  /** Takes other values from training; what was seen here stays. */
  void usual(double newRate, double newScale) {
    usualRate = newRate;
    usualScale = newScale;
    refresh();
  }

  /** Takes the next value; the results are read from {@link #deviation} and {@link #drift}. */
  void next(double value) {
    if (count == 0) {
      level = value;
    }
    int slot = (int) (count % BLOCK);
    double earlier = count < BLOCK ? levels[0] : levels[slot];
    levels[slot] = level;
    double distance = value - level;
    deviation = distance / scale;
    drift = count == 0 ? 0 : (level - earlier) / scale;
    double hurry = Math.max(1, Math.min(SETTLING, BLOCK / (double) (count + 1)));
    double step = rate * hurry;
    level += Math.max(-step, Math.min(step, distance));
    block[slot] = value;
    count++;
    if (count > BLOCK) {
      peak = Math.max(peak, Math.abs(distance));
    }
    if (count % BLOCK == 0) {
      endBlock();
    }
  }

  /** Distance of the last value from the level before it, in scales. */
  double deviation() {
    return deviation;
  }

  /** How far the level went over the last {@value #BLOCK} readings, in scales. */
  double drift() {
    return drift;
  }

  /** Whether a whole block was seen before the last value. */
  boolean settled() {
    return count > BLOCK;
  }

  private void endBlock() {
    double median = median(block);
    int slot = (int) (blocks % BLOCKS);
    if (adapting && blocks > 0) {
      double usualStep = rate / RATE_MARGIN;
      rates[slot] = Math.min(Math.abs(median - lastMedian) / BLOCK, usualStep * GROWTH);
      peaks[slot] = Math.min(peak, scale * GROWTH);
      refresh();
    }
    lastMedian = median;
    peak = 0;
    blocks++;
  }

  private void refresh() {
    rate = RATE_MARGIN * within(usualRate, secondHighest(rates));
    scale = within(usualScale, secondHighest(peaks));
  }

  private static double within(double usual, double seen) {
    return Math.max(usual * LOWEST, Math.min(usual * HIGHEST, seen));
  }

  private static double secondHighest(double[] values) {
    double highest = Double.NEGATIVE_INFINITY;
    double second = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (value > highest) {
        second = highest;
        highest = value;
      } else if (value > second) {
        second = value;
      }
    }
    return second;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
