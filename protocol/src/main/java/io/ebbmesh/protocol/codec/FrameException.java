package io.ebbmesh.protocol.codec;

/** Bytes that are not a message this program can take, and why. */
public final class FrameException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is to be done about it. */
  public enum Reason {
    /** Not a message: close the session. */
    MALFORMED,
    /** A message over a hard limit: close the session. */
    OVER_LIMIT,
    /** Of a newer version of the format: close the session. */
    TOO_NEW,
    /** A kind of frame that this program does not know, of a newer peer: skip it. */
    UNKNOWN_TYPE
  }

  private final Reason reason;

  public FrameException(Reason reason, String message) {
    // Two bytes are a frame of an unknown kind: a stack trace for each would be a gift to a flood.
    super(message, null, false, reason != Reason.UNKNOWN_TYPE);
    this.reason = reason;
  }

  static FrameException malformed(String message) {
    return new FrameException(Reason.MALFORMED, message);
  }

  static FrameException overLimit(String message) {
    return new FrameException(Reason.OVER_LIMIT, message);
  }

  public Reason reason() {
    return reason;
  }
}
