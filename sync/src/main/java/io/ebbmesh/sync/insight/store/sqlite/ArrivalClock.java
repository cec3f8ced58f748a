package io.ebbmesh.sync.insight.store.sqlite;

import java.util.function.LongSupplier;

/**
 * Counts the time by which insights grow old, so that a clock that is set deletes nothing early.
 * Used by the store's one thread.
 *
 * <pre>
 * hub's clock is ahead of what is counted   counted
 *   while it runs, at most maxStep            the hub's clock
 *   at the opening, at most maxDown           the hub's clock: the hub was down
 *   more, or behind                           elapsed monotonic time only
 * </pre>
 *
 * <p>At the opening it goes on from the newest arrival. What is uncertain is not counted: then
 * insights are kept longer.
 */
final class ArrivalClock implements LongSupplier {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Retention retention;
  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;
  private boolean opened;
  private long baseMillis;
  private long baseNanos;

  ArrivalClock(Retention retention, LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.retention = retention;
    this.wallMillis = wallMillis;
    this.monotonicNanos = monotonicNanos;
  }

  /**
   * Once, at the first opening of the store.
   *
   * @param newestMillis when the newest block arrived, by this clock; 0 if there is none
   */
  void open(long newestMillis) {
    if (opened) {
      return;
    }
    opened = true;
    long wall = wallMillis.getAsLong();
    long down = wall - newestMillis;
    boolean believed = newestMillis == 0 || (down >= 0 && down <= retention.maxDownMillis());
    move(believed ? wall : newestMillis);
  }

  @Override
  public long getAsLong() {
    long counted = baseMillis + (monotonicNanos.getAsLong() - baseNanos) / NANOS_PER_MILLI;
    long wall = wallMillis.getAsLong();
    long ahead = wall - counted;
    if (ahead > 0 && ahead <= retention.maxStepMillis()) {
      move(wall);
      return wall;
    }
    return counted;
  }

  private void move(long toMillis) {
    baseMillis = toMillis;
    baseNanos = monotonicNanos.getAsLong();
  }
}
