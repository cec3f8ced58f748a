package io.ebbmesh.accelerator.device;

import java.util.Objects;

/** A device said no. */
public final class DeviceException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is to be done about it. */
  public enum Reason {
    /** The request does not fit the model; the session is good. */
    BAD_INPUT,
    /** The model file cannot be loaded, or does not give what its signature says. */
    BAD_MODEL,
    /** The session or device failed; close and reopen it. */
    FAILED
  }

  private final Reason reason;

  public DeviceException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public DeviceException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNullElse(super.getMessage(), reason.name());
  }
}
