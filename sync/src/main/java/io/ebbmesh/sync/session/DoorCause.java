package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.session.Frame;

/** Why the hub sent a peer away, or gave its connection up; each is counted. */
public enum DoorCause {
  SESSIONS_FULL("sessions-full"),
  HELLO_RATE("hello-rate"),
  GREETING_FULL("greeting-full"),
  NODE_TOO_OFTEN("node-too-often"),
  NO_HELLO("no-hello"),
  NOTHING_HEARD("nothing-heard"),
  IDENTITY("identity"),
  PROTOCOL("protocol"),
  FORKED("forked"),
  SECOND_OPENING("second-opening"),
  STORE_UNAVAILABLE("store-unavailable"),
  BAD_FRAME("bad-frame"),
  OTHER("other");

  private final String text;

  DoorCause(String text) {
    this.text = text;
  }

  static DoorCause of(Frame.RefusalReason reason) {
    return switch (reason) {
      case IDENTITY -> IDENTITY;
      case PROTOCOL -> PROTOCOL;
      case FORKED -> FORKED;
      // The gate names what it is busy with itself; beyond it a hub is only busy with another
      // session.
      case BUSY -> SECOND_OPENING;
      case STORE_UNAVAILABLE -> STORE_UNAVAILABLE;
      case BAD_FRAME -> BAD_FRAME;
      default -> OTHER;
    };
  }

  /** As in logs and metrics. */
  @Override
  public String toString() {
    return text;
  }
}
