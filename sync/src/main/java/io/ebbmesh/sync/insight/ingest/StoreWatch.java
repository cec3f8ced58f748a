package io.ebbmesh.sync.insight.ingest;

/**
 * Whether the store takes what one session brings, by its answers: it is away from a failure until
 * something was written again, or read while nothing waits, and while it leaves questions
 * unanswered for long. Then the node is told, so that it waits with the hub.
 */
final class StoreWatch {

  /** Nothing is due. */
  static final long NEVER = Long.MAX_VALUE;

  private final long silentAfterNanos;
  private int asked;
  private long sinceNanos;
  private boolean failed;
  private boolean readable;

  /**
   * @param silentAfterNanos how long a store may leave all questions unanswered
   */
  StoreWatch(long silentAfterNanos) {
    this.silentAfterNanos = silentAfterNanos;
  }

  /** The store has a question more. */
  void asked(long nowNanos) {
    if (asked == 0) {
      sinceNanos = nowNanos;
    }
    asked++;
  }

  /** It took a change, or said which one it expects. */
  void wrote(long nowNanos) {
    answered(nowNanos);
    failed = false;
  }

  /** It told its cursors: what it can write is not known yet. */
  void read(long nowNanos) {
    answered(nowNanos);
    readable = true;
  }

  void failed(long nowNanos) {
    answered(nowNanos);
    failed = true;
    readable = false;
  }

  private void answered(long nowNanos) {
    asked--;
    sinceNanos = nowNanos;
  }

  /** To be asked after all that an answer leads to was done. */
  boolean isAway(long nowNanos) {
    boolean fails = failed && (asked > 0 || !readable);
    return fails || isSilent(nowNanos);
  }

  /** Whether it leaves questions unanswered for too long. */
  boolean isSilent(long nowNanos) {
    return asked > 0 && nowNanos - sinceNanos >= silentAfterNanos;
  }

  /** When to ask again although nothing was answered; {@link #NEVER} if an answer will do. */
  long dueAtNanos() {
    return asked > 0 && !failed ? sinceNanos + silentAfterNanos : NEVER;
  }
}
