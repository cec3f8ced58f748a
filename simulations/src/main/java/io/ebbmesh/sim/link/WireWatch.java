package io.ebbmesh.sim.link;

import io.ebbmesh.protocol.session.Frame;

/** Hears what happens on all wires. */
public interface WireWatch {

  void link(int node, boolean up);

  /** Both directions pass, or not both. */
  void path(int node, boolean whole);

  /** The node's end of a connection is gone. */
  void closed(int node);

  /** The hub welcomed a node over a connection, or its end of that one is gone. */
  default void held(int node, boolean session) {}

  void dialled(int node);

  /**
   * @param bytes on the wire, with what TLS adds
   */
  void sent(int node, boolean toHub, int bytes);

  /** A frame arrived and was handed over. */
  void arrived(int node, boolean toHub, Frame frame);
}
