package io.ebbmesh.sim.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One direction of a shaped link: a token bucket that all its connections share. What a sleeping
 * thread missed is caught up within the bucket's depth. May be used from any thread.
 */
final class Shaper {

  private static final double BITS_PER_BYTE = 8;
  private static final double NANOS = 1e9;
  private static final long DEPTH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A piece takes about this long, so that it neither waits behind much nor wakes too often. */
  private static final double PIECE_SECONDS = 0.01;

  private static final int MIN_PIECE_BYTES = 512;
  private static final int MAX_PIECE_BYTES = 64 * 1024;

  /**
   * What may wait for its turn in a connection's buffer. Much less would stall TCP, whose segments
   * on loopback are large.
   */
  private static final double BUFFER_SECONDS = 0.25;

  private static final int MIN_BUFFER_BYTES = 4 * 1024;
  private static final int MAX_BUFFER_BYTES = 256 * 1024;

  private final double nanosPerByte;
  private final long delayNanos;
  private final int pieceBytes;
  private final int bufferBytes;
  private long freeAtNanos = System.nanoTime();

  Shaper(LinkShape shape) {
    this.nanosPerByte = BITS_PER_BYTE * NANOS / shape.bitsPerSecond();
    this.delayNanos = shape.oneWayDelay().toNanos();
    this.pieceBytes = bytesIn(shape, PIECE_SECONDS, MIN_PIECE_BYTES, MAX_PIECE_BYTES);
    this.bufferBytes = bytesIn(shape, BUFFER_SECONDS, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
  }

  private static int bytesIn(LinkShape shape, double seconds, int min, int max) {
    double bytes = shape.bitsPerSecond() / BITS_PER_BYTE * seconds;
    return (int) Math.max(min, Math.min(max, bytes));
  }

  /** To ask of sockets from which it reads. */
  int bufferBytes() {
    return bufferBytes;
  }

  /** Bytes that are read and sent at a time. */
  int pieceBytes() {
    return pieceBytes;
  }

  /** Pieces that are within the delay when the link is busy. */
  int piecesUnderWay() {
    return (int) Math.ceil(delayNanos / (pieceBytes * nanosPerByte));
  }

  /**
   * Waits for the turn of some bytes and until the last of them has left.
   *
   * @return when they arrive, as {@link System#nanoTime}
   */
  long pass(int bytes) throws InterruptedException {
    long now = System.nanoTime();
    long left = Math.max(now, take(bytes, now));
    sleepUntil(left);
    return left + delayNanos;
  }

  private synchronized long take(int bytes, long nowNanos) {
    freeAtNanos = Math.max(freeAtNanos, nowNanos - DEPTH_NANOS) + (long) (bytes * nanosPerByte);
    return freeAtNanos;
  }

  /** Waits as long as the way there and back takes. */
  void awaitRoundTrip() throws InterruptedException {
    sleepUntil(System.nanoTime() + 2 * delayNanos);
  }

  static void sleepUntil(long nanos) throws InterruptedException {
    for (long wait = nanos - System.nanoTime(); wait > 0; wait = nanos - System.nanoTime()) {
      LockSupport.parkNanos(wait);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
