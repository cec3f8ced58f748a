package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.session.Frame;

/** A road's way to the wire for as long as one session lasts. May be used from any thread. */
public interface FrameSender {

  /** Sends in order; dropped if the session is over. The road bounds what is under way. */
  void send(Frame frame);

  /**
   * Ends the session because the peer makes no progress or breaks a rule; the road hears that it is
   * down. Without effect if the session is already over.
   *
   * @param reason for the operator
   */
  void giveUp(String reason);
}
