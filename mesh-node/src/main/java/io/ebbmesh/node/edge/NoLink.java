package io.ebbmesh.node.edge;

import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.link.LinkListener;

/** The link of a node without a hub: it never comes up. */
final class NoLink implements Link {

  /** Where nobody is; never dialled by anyone else. */
  static final Endpoint NOWHERE = new Endpoint("none", 0);

  @Override
  public void dial(Endpoint hub, LinkListener listener) {
    listener.onDown("this node is configured without a hub");
  }
}
