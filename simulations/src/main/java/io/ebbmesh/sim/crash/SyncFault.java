package io.ebbmesh.sim.crash;

import java.util.List;

/** How syncs fail. */
enum SyncFault {
  /** The next write of the log is not made durable. */
  ONE("one", 1, 0, "fdatasync:error=EIO:when=1"),

  /** For a while nothing is: files, new files, directories. */
  MANY("many", 3, 1_500, "fdatasync,fsync:error=EIO"),

  /** The log must go on in a new file, whose directory cannot be made durable. */
  DIRECTORY("directory", 3, 500, "fdatasync:error=EIO:when=1", "fsync:error=EIO"),

  /** A full segment is followed by a new one, whose directory or file cannot be made durable. */
  NEW_FILE("new-file", 1, 0, "fsync:error=EIO:when=1..2"),

  /** As on a file system that finds out late that it has no room. */
  NO_SPACE("no-space", 3, 500, "fdatasync,fsync:error=ENOSPC");

  private final String id;
  private final int atLeast;
  private final long millis;
  private final List<String> faults;

  SyncFault(String id, int atLeast, long millis, String... faults) {
    this.id = id;
    this.atLeast = atLeast;
    this.millis = millis;
    this.faults = List.of(faults);
  }

  String id() {
    return id;
  }

  /** Syncs that must have failed before the round goes on. */
  int atLeast() {
    return atLeast;
  }

  /** How much longer they fail, milliseconds. */
  long millis() {
    return millis;
  }

  /** As strace has it. */
  List<String> faults() {
    return faults;
  }
}
