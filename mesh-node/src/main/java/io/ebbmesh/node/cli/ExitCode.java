package io.ebbmesh.node.cli;

/** What a shell is told. */
public final class ExitCode {

  public static final int OK = 0;

  /** The work was done and its outcome is bad, such as books that do not balance. */
  public static final int FAILED = 1;

  /** The words on the command line were not understood. */
  public static final int USAGE = 2;

  /** A setting, file, port or certificate cannot be used; the message names it and the remedy. */
  public static final int UNUSABLE = 3;

  /** Nobody reads the output any more: 128 + SIGPIPE, as a shell says it of other programs. */
  public static final int READER_GONE = 141;

  private ExitCode() {}
}
