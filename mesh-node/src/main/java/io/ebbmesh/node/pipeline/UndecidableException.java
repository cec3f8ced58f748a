package io.ebbmesh.node.pipeline;

/** A device that serves cannot decide a reading, and never will; the message says why. */
final class UndecidableException extends Exception {

  private static final long serialVersionUID = 1;

  UndecidableException(String message) {
    super(message);
  }
}
