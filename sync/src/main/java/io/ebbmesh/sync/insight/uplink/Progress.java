package io.ebbmesh.sync.insight.uplink;

/**
 * By when the hub has to acknowledge something of what it owes. A block is acknowledged as a whole,
 * and a long one is long on its way over a slow link.
 */
final class Progress {

  private final UplinkSettings settings;
  private long atNanos;
  private long storeAwayAtNanos;

  /** Longest block since nothing was on its way. */
  private long longestBytes;

  Progress(UplinkSettings settings) {
    this.settings = settings;
  }

  /** A session begins. */
  void start(long nowNanos) {
    begin(nowNanos);
    storeAwayAtNanos = Long.MIN_VALUE;
  }

  /** The hub owes something again. */
  void begin(long nowNanos) {
    atNanos = nowNanos;
    longestBytes = 0;
  }

  /** The hub answered. */
  void made(long nowNanos) {
    atNanos = nowNanos;
  }

  /** The hub cannot answer, and says so: waiting with it is better than another session. */
  void storeIsAway(long nowNanos) {
    atNanos = nowNanos;
    storeAwayAtNanos = nowNanos;
  }

  void sent(long bytes) {
    longestBytes = Math.max(longestBytes, bytes);
  }

  long dueNanos() {
    return atNanos + settings.progressDeadlineNanos(longestBytes);
  }

  /**
   * Whether the answer to what was sent then says something about the link, not about the store.
   */
  boolean isOfLink(long sentAtNanos) {
    return sentAtNanos > storeAwayAtNanos;
  }
}
