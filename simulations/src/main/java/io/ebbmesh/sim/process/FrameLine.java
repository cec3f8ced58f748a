package io.ebbmesh.sim.process;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has on its way in one direction: frames that arrive when they are due, so
 * that a late one is passed by younger ones. Used by two threads.
 */
final class FrameLine {

  /**
   * A frame on its way.
   *
   * @param number of the frames that were put before it
   */
  record Piece(byte[] bytes, boolean noisy, long dueNanos, long number) {}

  /** Beyond it the sender waits, as on a line whose receiver does not read. */
  private static final long MAX_BYTES = 32L << 20;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final PriorityQueue<Piece> pieces =
      new PriorityQueue<>(
          Comparator.comparingLong(Piece::dueNanos).thenComparingLong(Piece::number));
  private long bytes;
  private long numbers;
  private boolean ended;
  private boolean broken;

  /**
   * Puts a frame on its way; waits while the line is full.
   *
   * @return whether anybody takes what arrives
   */
  synchronized boolean put(FrameFate fate) throws InterruptedException {
    while (bytes > MAX_BYTES && !broken) {
      wait();
    }
    long due = System.nanoTime() + fate.lateNanos();
    for (int i = 0; i <= fate.copies() && !broken && fate.bytes().length > 0; i++) {
      pieces.add(new Piece(fate.bytes(), fate.noisy(), due, numbers++));
      bytes += fate.bytes().length;
    }
    notifyAll();
    return !broken;
  }

  /** Nothing follows. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Nobody takes anything any more. */
  synchronized void breakOff() {
    broken = true;
    notifyAll();
  }

  /** Waits for the next frame that is due; null after the last. */
  synchronized @Nullable Piece take() throws InterruptedException {
    while (!broken) {
      Piece next = pieces.peek();
      long waitNanos = next == null ? Long.MAX_VALUE : next.dueNanos() - System.nanoTime();
      if (next != null && waitNanos <= 0) {
        pieces.remove();
        bytes -= next.bytes().length;
        notifyAll();
        return next;
      }
      if (next == null && ended) {
        return null;
      }
      if (next == null) {
        wait();
      } else {
        wait(waitNanos / NANOS_PER_MILLI + 1);
      }
    }
    return null;
  }
}
