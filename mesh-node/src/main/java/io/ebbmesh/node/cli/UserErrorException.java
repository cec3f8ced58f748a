package io.ebbmesh.node.cli;

/** Something the user can mend: the message names the thing, the limit and the remedy. */
public final class UserErrorException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public UserErrorException(String message) {
    super(message);
  }

  public UserErrorException(String message, Throwable cause) {
    super(message, cause);
  }
}
