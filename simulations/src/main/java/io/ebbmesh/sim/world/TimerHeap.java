package io.ebbmesh.sim.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What will happen, by time and then by the order in which it was planned: a heap of four children
 * a place. Times lie in an array of their own, as a hundred thousand timers do not fit a cache.
 */
final class TimerHeap {

  private static final int CHILDREN = 4;

  private long[] times = new long[1024];
  private long[] numbers = new long[1024];
  private @Nullable Timer[] timers = new Timer[1024];
  private int size;
  private long made;

  Timer add(long atNanos, @Nullable SimProcess process, Runnable action) {
    Timer timer = new Timer(atNanos, process, action);
    if (size == timers.length) {
      times = Arrays.copyOf(times, size * 2);
      numbers = Arrays.copyOf(numbers, size * 2);
      timers = Arrays.copyOf(timers, size * 2);
    }
    rise(size++, atNanos, made++, timer);
    return timer;
  }

  @Nullable Timer peek() {
    return timers[0];
  }

  /** Takes away what {@link #peek} returned. */
  void remove() {
    size--;
    Timer last = timers[size];
    timers[size] = null;
    if (size > 0) {
      sink(times[size], numbers[size], last);
    }
  }

  private void rise(int from, long time, long number, @Nullable Timer timer) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) / CHILDREN;
      if (times[parent] <= time) {
        // Of two at one time the older is nearer to the top.
        break;
      }
      move(parent, place);
      place = parent;
    }
    put(place, time, number, timer);
  }

  private void sink(long time, long number, @Nullable Timer timer) {
    int place = 0;
    while (true) {
      int child = earliestChild(place);
      if (child == size || !isBefore(child, time, number)) {
        break;
      }
      move(child, place);
      place = child;
    }
    put(place, time, number, timer);
  }

  /** The earliest of the children of a place; {@code size} if it has none. */
  private int earliestChild(int place) {
    int first = place * CHILDREN + 1;
    if (first >= size) {
      return size;
    }
    int earliest = first;
    int end = Math.min(first + CHILDREN, size);
    for (int child = first + 1; child < end; child++) {
      if (isBefore(child, times[earliest], numbers[earliest])) {
        earliest = child;
      }
    }
    return earliest;
  }

  private boolean isBefore(int place, long time, long number) {
    return times[place] < time || (times[place] == time && numbers[place] < number);
  }

  private void move(int from, int to) {
    put(to, times[from], numbers[from], timers[from]);
  }

  private void put(int place, long time, long number, @Nullable Timer timer) {
    times[place] = time;
    numbers[place] = number;
    timers[place] = timer;
  }
}
