package io.ebbmesh.sync.link;

import io.ebbmesh.protocol.session.Frame;

/**
 * Hears what happens on one connection, one call at a time, on a thread of the link. An actor's
 * shell turns each call into a message and returns.
 */
public interface LinkListener {

  /** Connected, and the peer's certificate was checked. First call. */
  void onUp(Connection connection);

  /** One whole frame, in the order in which the peer sent it. */
  void onFrame(Frame frame);

  /**
   * Bytes of a frame came that is not whole yet: a long one on a slow link, whose sender lives.
   * About once a second at most.
   */
  default void onBytes() {}

  /**
   * No connection, or no longer; last call.
   *
   * @param reason for the operator
   */
  void onDown(String reason);
}
