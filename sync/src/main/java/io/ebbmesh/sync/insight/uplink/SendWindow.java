package io.ebbmesh.sync.insight.uplink;

/**
 * How much may be on its way, by what comes back: enough to keep the link busy, and so little that
 * an alarm does not wait behind it. Follows the delay of acknowledgements, as LEDBAT (RFC 6817)
 * does: it grows while they come as fast as they ever did, the less the nearer they are to a target
 * above that, and shrinks in proportion when they take longer. The smallest delay is measured anew
 * from time to time with little on the link, as BBR does, so that a queue of its own is never taken
 * for the link.
 *
 * <p>Each round trip is judged by its smallest delay: a queue delays all of it, a lost packet what
 * follows until it comes again, a round trip later. On a fast link with losses something is always
 * lost, so that a round trip is allowed beside the target.
 *
 * <p>A session begins with a few blocks' room and trebles it in a round trip, until half of what is
 * allowed is there: TCP starts as fast below, and its own start is not taken for a queue.
 */
final class SendWindow {

  private static final long UNKNOWN = Long.MAX_VALUE / 4;

  /** Times what was acknowledged, while a session begins. */
  private static final int START_GROWTH = 2;

  private final long firstBytes;
  private final long minBytes;
  private final long targetNanos;
  private final long memoryNanos;
  private long maxBytes;
  private long bytes;
  private long leastNanos = UNKNOWN;
  private long leastAtNanos;
  private long roundEndsAtNanos;
  private long roundLeastNanos = UNKNOWN;
  private long lastRoundLeastNanos = UNKNOWN;
  private boolean starts;
  private boolean probes;
  private long drainedAtNanos;
  private long bytesBefore;

  /**
   * @param firstBytes window of a new session
   * @param minBytes the window is never smaller
   * @param targetNanos delay that a queue may add to the smallest one
   * @param memoryNanos how long the smallest delay is believed
   */
  SendWindow(long firstBytes, long minBytes, long targetNanos, long memoryNanos) {
    this.firstBytes = firstBytes;
    this.minBytes = minBytes;
    this.targetNanos = targetNanos;
    this.memoryNanos = memoryNanos;
  }

  /** A session begins. */
  void start(long nowNanos, long mostBytes) {
    maxBytes = mostBytes;
    bytes = Math.min(firstBytes, mostBytes);
    leastNanos = UNKNOWN;
    leastAtNanos = nowNanos;
    lastRoundLeastNanos = UNKNOWN;
    startRound(nowNanos, 0);
    starts = true;
    probes = false;
  }

  long bytes() {
    return bytes;
  }

  /** The hub takes more, or less, than before. */
  void limitTo(long mostBytes) {
    maxBytes = mostBytes;
    bytes = Math.min(bytes, mostBytes);
  }

  /**
   * A block was acknowledged.
   *
   * @param delayNanos since it was sent
   * @param ackedBytes its length
   * @param wasFull whether the window held something back since then
   */
  void onAcknowledged(long nowNanos, long delayNanos, long ackedBytes, boolean wasFull) {
    boolean probed = probes && nowNanos - delayNanos >= drainedAtNanos;
    if (delayNanos <= leastNanos || probed) {
      leastNanos = delayNanos;
      leastAtNanos = nowNanos;
    }
    roundLeastNanos = Math.min(roundLeastNanos, delayNanos);
    if (probed) {
      probes = false;
      bytes = bytesBefore;
      startRound(nowNanos, delayNanos);
    } else if (probes) {
      return;
    } else if (nowNanos - leastAtNanos > memoryNanos) {
      probes = true;
      bytesBefore = bytes;
      bytes = Math.min(minBytes, maxBytes);
      drainedAtNanos = nowNanos + delayNanos;
    } else {
      long aboveNanos = Math.min(roundLeastNanos, lastRoundLeastNanos) - leastNanos;
      starts &= aboveNanos < allowedNanos() / 2;
      if (wasFull && aboveNanos < allowedNanos()) {
        double share = starts ? START_GROWTH : 1 - (double) aboveNanos / allowedNanos();
        bytes = Math.min(maxBytes, bytes + (long) (ackedBytes * share));
      }
      endRound(nowNanos, delayNanos);
    }
  }

  /** Once in a round trip: what was sent before the last change says nothing about it. */
  private void endRound(long nowNanos, long delayNanos) {
    if (nowNanos >= roundEndsAtNanos) {
      long mostNanos = leastNanos + allowedNanos();
      if (roundLeastNanos > mostNanos) {
        double share = (double) mostNanos / roundLeastNanos;
        bytes = Math.min(maxBytes, Math.max(minBytes, (long) (bytes * share)));
      }
      lastRoundLeastNanos = roundLeastNanos;
      startRound(nowNanos, delayNanos);
    }
  }

  private long allowedNanos() {
    return targetNanos + leastNanos;
  }

  private void startRound(long nowNanos, long delayNanos) {
    roundLeastNanos = UNKNOWN;
    roundEndsAtNanos = nowNanos + delayNanos;
  }
}
