package io.ebbmesh.sync.link.netty;

/** Kinds of reasons why there is no connection, or no longer. */
public enum DownCause {
  REFUSED("refused"),
  UNREACHABLE("unreachable"),
  CONNECT_TIMEOUT("connect timeout"),
  HANDSHAKE_TIMEOUT("handshake timeout"),
  NO_CERTIFICATE("no certificate"),
  UNKNOWN_AUTHORITY("unknown authority"),
  EXPIRED("expired"),
  NOT_YET_VALID("not yet valid"),
  WRONG_NAME("wrong name"),
  BAD_CERTIFICATE("bad certificate"),
  REJECTED_BY_PEER("rejected by the peer"),
  PROTOCOL("protocol error"),
  TOO_MANY("too many connections"),
  NOT_READING("peer does not read"),
  PEER_CLOSED("peer closed"),
  CLOSED_HERE("closed here"),
  BROKEN("connection broken"),
  LISTENER_FAILED("listener failed");

  private final String text;

  DownCause(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
