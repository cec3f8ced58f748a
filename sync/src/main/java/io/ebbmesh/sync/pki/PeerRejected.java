package io.ebbmesh.sync.pki;

import java.security.cert.CertificateException;

/** A peer's certificate was judged and not accepted. */
public final class PeerRejected extends CertificateException {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    NO_CERTIFICATE,
    UNKNOWN_AUTHORITY,
    EXPIRED,
    NOT_YET_VALID,
    WRONG_NAME,
    BAD_CHAIN
  }

  private final Reason reason;

  PeerRejected(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  PeerRejected(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
