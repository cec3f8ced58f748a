package io.ebbmesh.sync.insight.store;

/** A store that cannot be used; the message is for the operator and names thing and remedy. */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
