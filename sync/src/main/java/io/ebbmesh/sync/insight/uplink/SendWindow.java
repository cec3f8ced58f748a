package io.ebbmesh.sync.insight.uplink;

import java.util.Arrays;

/**
 * How much may be on its way, by what comes back: enough to keep the link busy, and so little that
 * an alarm does not wait behind it. Follows the delay of acknowledgements, as LEDBAT (RFC 6817)
 * does: it grows while they come as fast as they ever did, give or take a target, and shrinks in
 * proportion when they take longer.
 */
final class SendWindow {

  /** How long the smallest delay is believed; a link may become another one. */
  private static final int SPANS = 4;

  private final long minBytes;
  private final long targetNanos;
  private final long spanNanos;
  private final long[] leastOfSpan = new long[SPANS];
  private long maxBytes;
  private long bytes;
  private long spanEndsAtNanos;
  private int span;
  private long roundEndsAtNanos;

  /**
   * @param minBytes the window is never smaller
   * @param targetNanos delay that may be added to the smallest one
   * @param memoryNanos how long the smallest delay is believed
   */
  SendWindow(long minBytes, long targetNanos, long memoryNanos) {
    this.minBytes = minBytes;
    this.targetNanos = targetNanos;
    this.spanNanos = memoryNanos / SPANS;
  }

  /** A session begins. */
  void start(long nowNanos, long mostBytes) {
    maxBytes = mostBytes;
    bytes = Math.min(minBytes, mostBytes);
    Arrays.fill(leastOfSpan, Long.MAX_VALUE);
    spanEndsAtNanos = nowNanos + spanNanos;
    roundEndsAtNanos = nowNanos;
  }

  long bytes() {
    return bytes;
  }

  /**
   * A block was acknowledged.
   *
   * @param delayNanos since it was sent
   * @param ackedBytes its length
   * @param wasFull whether the window held something back since then
   */
  void onAcknowledged(long nowNanos, long delayNanos, long ackedBytes, boolean wasFull) {
    if (nowNanos >= spanEndsAtNanos) {
      span = (span + 1) % SPANS;
      leastOfSpan[span] = Long.MAX_VALUE;
      spanEndsAtNanos = nowNanos + spanNanos;
    }
    leastOfSpan[span] = Math.min(leastOfSpan[span], delayNanos);
    long least = Long.MAX_VALUE;
    for (long each : leastOfSpan) {
      least = Math.min(least, each);
    }
    if (delayNanos <= least + targetNanos) {
      if (wasFull) {
        bytes = Math.min(maxBytes, bytes + ackedBytes);
      }
    } else if (nowNanos >= roundEndsAtNanos) {
      // Once in a round trip: what was sent before the last change says nothing about it.
      double share = (double) (least + targetNanos) / delayNanos;
      bytes = Math.min(maxBytes, Math.max(minBytes, (long) (bytes * share)));
      roundEndsAtNanos = nowNanos + delayNanos;
    }
  }
}
