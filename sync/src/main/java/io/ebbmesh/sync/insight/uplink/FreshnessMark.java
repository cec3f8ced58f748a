package io.ebbmesh.sync.insight.uplink;

/** Tells whether a reader of a lane is further behind its head than allowed, in time. */
final class FreshnessMark {

  private final long maxStaleNanos;
  private long markedAtNanos;
  private long markedSeq;

  FreshnessMark(long maxStaleNanos) {
    this.maxStaleNanos = maxStaleNanos;
  }

  /**
   * @param nextSeq of the lane now
   */
  void start(long nowNanos, long nextSeq) {
    markedAtNanos = nowNanos;
    markedSeq = nextSeq;
  }

  /**
   * Looks once in the allowed time.
   *
   * @param position up to where blocks were named
   */
  boolean isStale(long nowNanos, long nextSeq, long position) {
    if (nowNanos - markedAtNanos < maxStaleNanos) {
      return false;
    }
    // What it had not named then it has not named now: since the whole allowed time.
    boolean stale = position < markedSeq - 1;
    start(nowNanos, nextSeq);
    return stale;
  }
}
