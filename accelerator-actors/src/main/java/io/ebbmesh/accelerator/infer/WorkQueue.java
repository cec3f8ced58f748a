package io.ebbmesh.accelerator.infer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Requests that wait for a session, oldest first, never more than the limit. */
final class WorkQueue {

  private final int limit;
  private final ArrayDeque<Pending> waiting;

  WorkQueue(int limit) {
    this.limit = limit;
    this.waiting = new ArrayDeque<>();
  }

  /** Takes it in, or returns false if the queue is full. */
  boolean offer(Pending pending) {
    return waiting.size() < limit && waiting.add(pending);
  }

  /** Takes back, as the oldest, what was taken but not run; the limit does not matter for those. */
  void giveBack(List<Pending> batch) {
    for (int i = batch.size() - 1; i >= 0; i--) {
      waiting.addFirst(batch.get(i));
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Places that are free. */
  int credit() {
    return Math.max(0, limit - waiting.size());
  }

  /**
   * Removes what runs next: the oldest request and those right behind it that have the same shapes.
   * A request is never overtaken.
   *
   * @param expired gets each request whose deadline has passed; it is not in the batch
   * @return an empty list if nothing waits
   */
  List<Pending> take(long nowNanos, int maxBatch, Consumer<Pending> expired) {
    Pending first = pollLive(nowNanos, expired);
    if (first == null) {
      return List.of();
    }
    if (maxBatch == 1) {
      return List.of(first);
    }
    List<Pending> batch = new ArrayList<>();
    batch.add(first);
    while (batch.size() < maxBatch) {
      Pending next = pollLive(nowNanos, expired);
      if (next == null) {
        break;
      }
      if (!first.sameShapes(next)) {
        waiting.addFirst(next);
        break;
      }
      batch.add(next);
    }
    return batch;
  }

  /** Removes every request whose deadline has passed. */
  void expire(long nowNanos, Consumer<Pending> expired) {
    waiting.removeIf(
        pending -> {
          boolean over = pending.expired(nowNanos);
          if (over) {
            expired.accept(pending);
          }
          return over;
        });
  }

  /** Removes all. */
  void drain(Consumer<Pending> removed) {
    for (Pending next = waiting.poll(); next != null; next = waiting.poll()) {
      removed.accept(next);
    }
  }

  private @Nullable Pending pollLive(long nowNanos, Consumer<Pending> expired) {
    Pending next = waiting.poll();
    while (next != null && next.expired(nowNanos)) {
      expired.accept(next);
      next = waiting.poll();
    }
    return next;
  }
}
