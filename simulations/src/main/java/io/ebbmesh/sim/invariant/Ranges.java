package io.ebbmesh.sim.invariant;

import java.util.Arrays;

/** A set of numbers that mostly grows at its end; kept as ascending, disjoint ranges. */
public final class Ranges {

  private long[] bounds = new long[2];
  private int size;
  private long count;

  /** How many numbers are in it. */
  public long count() {
    return count;
  }

  public boolean contains(long number) {
    int at = firstEndingAtOrAfter(number);
    return at < size && bounds[2 * at] <= number;
  }

  /** Highest number in it; 0 if there is none. */
  public long last() {
    return size == 0 ? 0 : bounds[2 * size - 1];
  }

  /** Adds a number. Returns whether it was not in it. */
  public boolean add(long number) {
    int at = size > 0 && number > bounds[2 * size - 1] ? size : firstEndingAtOrAfter(number);
    if (at < size && bounds[2 * at] <= number) {
      return false;
    }
    boolean afterLast = at > 0 && bounds[2 * at - 1] == number - 1;
    boolean beforeNext = at < size && bounds[2 * at] == number + 1;
    if (afterLast && beforeNext) {
      bounds[2 * at - 1] = bounds[2 * at + 1];
      System.arraycopy(bounds, 2 * at + 2, bounds, 2 * at, 2 * (size - at - 1));
      size--;
    } else if (afterLast) {
      bounds[2 * at - 1] = number;
    } else if (beforeNext) {
      bounds[2 * at] = number;
    } else {
      insert(at, number);
    }
    count++;
    return true;
  }

  private void insert(int at, long number) {
    if (2 * size == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * bounds.length);
    }
    System.arraycopy(bounds, 2 * at, bounds, 2 * at + 2, 2 * (size - at));
    bounds[2 * at] = number;
    bounds[2 * at + 1] = number;
    size++;
  }

  private int firstEndingAtOrAfter(long number) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bounds[2 * middle + 1] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
