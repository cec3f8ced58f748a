package io.ebbmesh.sync.model.verify;

/** A release, or what was sent of it, is not accepted; the message is what the report says. */
public final class Rejected extends Exception {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Why {
    UNKNOWN_KEY("unknown key"),
    BAD_SIGNATURE("bad signature"),
    BAD_MANIFEST("bad manifest"),
    LOWER_RELEASE("lower release"),
    NO_VARIANT("no variant"),
    TOO_LARGE("too large"),
    BAD_CHUNK("bad chunk"),
    NOT_AT_HUB("not at the hub"),
    STALLED("stalled"),
    BAD_FILE("bad file"),
    GOLDEN_FAILED("golden inputs failed"),
    STORAGE("storage");

    private final String text;

    Why(String text) {
      this.text = text;
    }
  }

  private final Why why;

  public Rejected(Why why, String detail) {
    super(why.text + ": " + detail);
    this.why = why;
  }

  public Rejected(Why why, String detail, Throwable cause) {
    super(why.text + ": " + detail, cause);
    this.why = why;
  }

  public Why why() {
    return why;
  }
}
