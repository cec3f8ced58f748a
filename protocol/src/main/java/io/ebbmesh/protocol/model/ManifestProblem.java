package io.ebbmesh.protocol.model;

/** Why a manifest is not to be trusted. */
public final class ManifestProblem extends Exception {

  private static final long serialVersionUID = 1;

  /** What kind of problem. */
  public enum Reason {
    /** Signed by a key that is not among the trusted ones. */
    UNKNOWN_KEY,
    /** The named key did not sign these bytes. */
    BAD_SIGNATURE,
    /** The form of the key id or of the signature is wrong. */
    MALFORMED
  }

  private final Reason reason;

  public ManifestProblem(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
