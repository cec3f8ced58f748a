package io.ebbmesh.sync.link;

import io.ebbmesh.protocol.session.Frame;

/** One live connection. May be used from any thread. */
public interface Connection {

  /** Name in the peer's certificate: a node's id at the hub, the hub's name at the node. */
  String peer();

  /**
   * Whether the certificates of both ends hold at a time: who believes that it is another time
   * could not connect again.
   *
   * @param wallMillis milliseconds since 1970
   */
  default boolean isGoodAt(long wallMillis) {
    return true;
  }

  /**
   * Hands a frame to the wire, in order. What is handed to a connection that is down is dropped;
   * the listener hears {@link LinkListener#onDown}. The caller bounds what is under way by credit.
   */
  void send(Frame frame);

  /** Sends what was handed over, then closes. */
  void close();
}
