package io.ebbmesh.sync.pki;

/** A key store or trust store cannot be used; the message names the file and the remedy. */
public final class IdentityException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Problem {
    MISSING_FILE,
    UNREADABLE,
    WRONG_PASSWORD,
    NO_KEY,
    NO_NAME,
    OTHER_NAME,
    NO_TRUST,
    NOT_AN_AUTHORITY
  }

  private final Problem problem;

  IdentityException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  IdentityException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
