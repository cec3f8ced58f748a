package io.ebbmesh.sync.link;

import io.ebbmesh.protocol.session.Frame;

/** One live connection. May be used from any thread. */
public interface Connection {

  /** Name in the peer's certificate: a node's id at the hub, the hub's name at the node. */
  String peer();

  /**
   * Hands a frame to the wire, in order. What is handed to a connection that is down is dropped;
   * the listener hears {@link LinkListener#onDown}. The caller bounds what is under way by credit.
   */
  void send(Frame frame);

  /** Sends what was handed over, then closes. */
  void close();
}
