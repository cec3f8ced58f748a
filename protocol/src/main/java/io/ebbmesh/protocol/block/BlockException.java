package io.ebbmesh.protocol.block;

/** A block that this program cannot take, and why. */
public final class BlockException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is to be done about it. */
  public enum Reason {
    /** Not what was written: quarantine it. */
    DAMAGED,
    /** Whole, but written by a newer program or with a dictionary not known here: refuse it. */
    TOO_NEW,
    /** Whole, but declares more than the limits allow: quarantine it. */
    OVER_LIMIT
  }

  private final Reason reason;

  public BlockException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
