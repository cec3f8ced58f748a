package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;

/** A trace cannot be used; the message names the file, the line, what is wrong and the remedy. */
public final class TraceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TraceException(String message) {
    super(message);
  }

  TraceException(Path file, String what, String remedy) {
    super("trace " + file + ": " + what + ". " + remedy);
  }

  TraceException(Path file, long line, String what, String remedy) {
    super("trace " + file + ", line " + line + ": " + what + ". " + remedy);
  }
}
