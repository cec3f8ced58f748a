package io.ebbmesh.sim.world;

/** Kinds of events that a trace tells of, with what their two numbers say. */
public enum EventKind {
  BOOT("number of the boot", "wall clock, ms since 1970"),
  CRASH("number of the boot", ""),
  STOP("number of the boot", ""),
  LINK("1 up, 0 down", ""),
  DIAL("number of the connection", ""),
  CONNECTED("number of the connection", ""),
  CLOSED("number of the connection", ""),
  SENT("bytes", "CRC32C"),
  RECEIVED("bytes", "CRC32C"),
  DISK("number of the operation", "bytes"),
  PRODUCED("position", ""),
  ACCEPTED("position", "sequence number"),
  STORED("first sequence number", "last sequence number"),
  DECLARED("numbers", ""),
  FAULT("hash of its kind", "");

  private final String first;
  private final String second;

  EventKind(String first, String second) {
    this.first = first;
    this.second = second;
  }

  public String first() {
    return first;
  }

  public String second() {
    return second;
  }
}
