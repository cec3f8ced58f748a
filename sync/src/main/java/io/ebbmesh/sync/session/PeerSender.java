package io.ebbmesh.sync.session;

/** The way of a road at the hub to one node. May be used from any thread. */
public interface PeerSender extends FrameSender {

  /**
   * Heartbeats say from now on whether acknowledgements wait for the hub's store, so that the node
   * keeps its session while they do.
   */
  void storeIsAway(boolean away);
}
