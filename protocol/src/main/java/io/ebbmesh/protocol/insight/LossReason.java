package io.ebbmesh.protocol.insight;

/** Why sequence numbers were given up. The code is what loss records carry. */
public enum LossReason {
  /** The bytes on disk were damaged and nothing else holds the insights. */
  DAMAGED(1),
  /** A write at the very end of the log did not complete; at most this many were in it. */
  TORN_TAIL(2),
  /** Given up to stay inside the disk quota. */
  QUOTA(3),
  /** Older than the lane's time to live. */
  EXPIRED(4),
  /** Folded into aggregates of the lane {@link Lane#AGGREGATE}. */
  FOLDED(5),
  /** The whole store was lost; its last reported head bounds what is unaccounted for. */
  STORE_LOST(6);

  private final int code;

  LossReason(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The reason with this code.
   *
   * @throws IllegalArgumentException if no reason has the code
   */
  public static LossReason ofCode(int code) {
    for (LossReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    throw new IllegalArgumentException("unknown loss reason " + code);
  }
}
