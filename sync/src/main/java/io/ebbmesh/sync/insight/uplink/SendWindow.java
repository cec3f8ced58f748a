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
 * <p>A session begins with a slow start: a few blocks' room, three times as much with each round
 * trip, until half of what is allowed is there. TCP's own slow start below it is no queue. If the
 * link was full from the beginning, its smallest delay is measured then: what is known of it is how
 * long a node and a hub take that have just started.
 */
final class SendWindow {

  private static final long UNKNOWN = Long.MAX_VALUE / 4;

  /** Times what was acknowledged. */
  private static final int SLOW_START_GROWTH = 2;

  /** Times the first window; a link that took less was full from the beginning. */
  private static final int FULL_BELOW = 4;

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
  private boolean slowStart;
  private long widestBytes;
  private boolean probes;
  private long drainedAtNanos;
  private long bytesBefore;
  private long delayBeforeNanos;

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
    slowStart = true;
    widestBytes = bytes;
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
      resize(shrunk(bytesBefore, delayBeforeNanos));
      startRound(nowNanos, delayNanos);
      return;
    }
    if (probes) {
      return;
    }
    boolean queueShows = slowStart && aboveNanos() >= allowedNanos() / 2;
    slowStart &= !queueShows;
    boolean wasAlwaysFull = queueShows && widestBytes < FULL_BELOW * firstBytes;
    if (wasAlwaysFull || nowNanos - leastAtNanos > memoryNanos) {
      probe(nowNanos, delayNanos);
    } else {
      if (wasFull) {
        grow(ackedBytes);
      }
      endRound(nowNanos, delayNanos);
    }
  }

  private void grow(long ackedBytes) {
    double left = 1 - (double) aboveNanos() / allowedNanos();
    if (left > 0) {
      resize(bytes + (long) (ackedBytes * (slowStart ? SLOW_START_GROWTH : left)));
      widestBytes = Math.max(widestBytes, bytes);
    }
  }

  /** Lets the link drain: what is acknowledged after that has waited for nothing. */
  private void probe(long nowNanos, long delayNanos) {
    probes = true;
    bytesBefore = bytes;
    delayBeforeNanos = Math.min(roundLeastNanos, lastRoundLeastNanos);
    resize(minBytes);
    drainedAtNanos = nowNanos + delayNanos;
  }

  /** Once in a round trip: what was sent before the last change says nothing about it. */
  private void endRound(long nowNanos, long delayNanos) {
    if (nowNanos >= roundEndsAtNanos) {
      resize(shrunk(bytes, roundLeastNanos));
      lastRoundLeastNanos = roundLeastNanos;
      startRound(nowNanos, delayNanos);
    }
  }

  /** A window with which acknowledgements took so long, made as small as they may take. */
  private long shrunk(long window, long delayNanos) {
    long mostNanos = leastNanos + allowedNanos();
    return delayNanos <= mostNanos ? window : (long) (window * ((double) mostNanos / delayNanos));
  }

  private void resize(long window) {
    bytes = Math.min(maxBytes, Math.max(minBytes, window));
  }

  /** What acknowledgements take longer than the smallest delay. */
  private long aboveNanos() {
    return Math.min(roundLeastNanos, lastRoundLeastNanos) - leastNanos;
  }

  private long allowedNanos() {
    return targetNanos + leastNanos;
  }

  private void startRound(long nowNanos, long delayNanos) {
    roundLeastNanos = UNKNOWN;
    roundEndsAtNanos = nowNanos + delayNanos;
  }
}
