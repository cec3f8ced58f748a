package io.ebbmesh.sim.check;

import io.ebbmesh.protocol.insight.NodeId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which nodes of a storm heard that the hub holds a block of them. From any thread. */
final class ServedNodes {

  private final Set<NodeId> nodes = ConcurrentHashMap.newKeySet();

  void add(NodeId node) {
    nodes.add(node);
  }

  /** Since the last {@link #reset}, each node once. */
  int count() {
    return nodes.size();
  }

  void reset() {
    nodes.clear();
  }
}
