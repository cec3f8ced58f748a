package io.ebbmesh.sim.world;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What will happen, by time and then by the order in which it was planned. */
final class TimerHeap {

  private final PriorityQueue<Timer> heap = new PriorityQueue<>(1024);
  private long made;

  Timer add(long atNanos, @Nullable SimProcess process, Runnable action) {
    Timer timer = new Timer(atNanos, made++, process, action);
    heap.add(timer);
    return timer;
  }

  @Nullable Timer peek() {
    return heap.peek();
  }

  void remove() {
    heap.remove();
  }
}
