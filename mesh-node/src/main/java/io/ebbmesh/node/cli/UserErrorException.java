package io.ebbmesh.node.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Something the user can mend: the message names the thing, the limit and the remedy. */
public final class UserErrorException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public UserErrorException(String message) {
    super(message);
  }

  public UserErrorException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of a failure whose message may be no more than the name of a file. */
  public static UserErrorException of(IOException problem) {
    String message = String.valueOf(problem.getMessage());
    if (problem instanceof FileSystemException file && file.getReason() == null) {
      message += ": " + reason(file);
    }
    return new UserErrorException(message, problem);
  }

  private static String reason(FileSystemException problem) {
    if (problem instanceof NoSuchFileException) {
      return "no such file or folder; make it, or name another";
    }
    if (problem instanceof AccessDeniedException) {
      return "permission denied; let this user in, or name another";
    }
    return problem instanceof FileAlreadyExistsException
        ? "is there already; name another"
        : "cannot be used (" + problem.getClass().getSimpleName() + ")";
  }
}
