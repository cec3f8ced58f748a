package io.ebbmesh.sync.log;

/** A write is over a limit of the log; nothing of it was written. */
public final class RecordTooLargeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  RecordTooLargeException(String message) {
    super(message);
  }
}
