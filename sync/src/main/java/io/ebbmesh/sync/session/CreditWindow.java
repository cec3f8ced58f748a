package io.ebbmesh.sync.session;

/**
 * How much one node may have sent and not heard of, fed with (now, bytes): four times what comes in
 * during a round trip at the highest rate seen lately, between named limits. A window below that
 * leaves the link empty, one far above it fills memory here and queues on the way, where an alarm
 * waits behind them. It grows by granting more than was acknowledged and shrinks by granting less;
 * what a silent node has been granted stays granted.
 *
 * <p>The round trip is the shortest time from a grant to the acknowledgement of the first byte that
 * it let through; the Welcome is the first grant. Belongs to the ingest of a session; only {@link
 * #close} may be called from another thread.
 */
public final class CreditWindow {

  private static final long SHORTEST_INTERVAL_NANOS = 100_000_000L;

  /** Of the highest rate, what is forgotten in each interval: an eighth. */
  private static final int FORGET_SHIFT = 3;

  private static final int MAX_FORGET = 64;

  /** What follows a lost packet waits for it, often for two round trips more. */
  private static final int ROUND_TRIPS = 4;

  private final CreditPool pool;
  private final long leastBytes;
  private final long usualBytes;
  private final long mostBytes;

  private long windowBytes;
  private boolean closed;

  private long acknowledgedBytes;
  private long probeNanos;
  private long probeBytes;
  private boolean probing = true;
  private long roundTripNanos = Long.MAX_VALUE;

  private long intervalNanos;
  private long intervalBytes;
  private double bytesPerNano;

  private CreditWindow(
      CreditPool pool, long leastBytes, long usualBytes, long mostBytes, long nowNanos) {
    this.pool = pool;
    this.leastBytes = leastBytes;
    this.usualBytes = usualBytes;
    this.mostBytes = mostBytes;
    this.windowBytes = pool.take(leastBytes, usualBytes);
    this.probeNanos = nowNanos;
    this.intervalNanos = nowNanos;
  }

  static CreditWindow open(CreditPool pool, HubSessionSettings settings, long nowNanos) {
    return new CreditWindow(
        pool,
        settings.minCreditBytes(),
        settings.creditBytes(),
        settings.maxCreditBytes(),
        nowNanos);
  }

  /** A window of one size for ever. */
  public static CreditWindow fixed(long bytes) {
    return new CreditWindow(new CreditPool(bytes), bytes, bytes, bytes, 0);
  }

  /** What the node may have sent and not heard of. */
  public synchronized long bytes() {
    return windowBytes;
  }

  /**
   * Blocks are about to be acknowledged.
   *
   * @param bytes of them; may be 0
   * @return the credit to grant with the acknowledgement, at least 0
   */
  public synchronized long acknowledge(long nowNanos, long bytes) {
    acknowledgedBytes += bytes;
    if (closed || bytes == 0) {
      return bytes;
    }
    measureRoundTrip(nowNanos);
    measureRate(nowNanos, bytes);
    long target = target();
    long granted = bytes;
    if (target > windowBytes) {
      long more = pool.take(0, target - windowBytes);
      windowBytes += more;
      granted += more;
    } else {
      long less = Math.min(bytes, windowBytes - target);
      windowBytes -= less;
      granted -= less;
      pool.giveBack(less);
    }
    if (!probing) {
      // The first byte that could not be sent before this grant.
      probing = true;
      probeBytes = acknowledgedBytes - granted + windowBytes;
      probeNanos = nowNanos;
    }
    return granted;
  }

  private void measureRoundTrip(long nowNanos) {
    if (probing && acknowledgedBytes > probeBytes) {
      probing = false;
      roundTripNanos = Math.min(roundTripNanos, Math.max(1, nowNanos - probeNanos));
    }
  }

  private void measureRate(long nowNanos, long bytes) {
    intervalBytes += bytes;
    long passed = nowNanos - intervalNanos;
    long interval = Math.max(SHORTEST_INTERVAL_NANOS, roundTripNanos);
    if (passed >= interval) {
      long intervals = Math.min(MAX_FORGET, passed / interval);
      for (long i = 0; i < intervals; i++) {
        bytesPerNano -= bytesPerNano / (1 << FORGET_SHIFT);
      }
      bytesPerNano = Math.max(bytesPerNano, (double) intervalBytes / passed);
      intervalNanos = nowNanos;
      intervalBytes = 0;
    }
  }

  private long target() {
    double need = ROUND_TRIPS * bytesPerNano * roundTripNanos;
    return Math.max(Math.min(usualBytes, mostBytes), (long) Math.min(need, mostBytes));
  }

  /** The session is over: what it was granted is free for others. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      pool.giveBack(windowBytes);
    }
  }
}
