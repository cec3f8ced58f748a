package io.ebbmesh.node.ingress.http;

import io.ebbmesh.node.site.SiteView;
import io.ebbmesh.protocol.insight.Lane;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code GET /v1/status} tells.
 *
 * @param node name of the node
 * @param backlog insights per lane that the hub has not acknowledged
 * @param serving models that serve on this node, as {@code name@release}
 * @param site this node's view of its neighbours
 * @param sessionUp whether a session with the hub is open
 */
public record NodeStatus(
    String node, Map<Lane, Long> backlog, List<String> serving, SiteView site, boolean sessionUp) {

  public NodeStatus {
    // The lanes in their own order, whatever map they came in.
    Map<Lane, Long> ordered = new EnumMap<>(Lane.class);
    ordered.putAll(backlog);
    backlog = ordered;
  }
}
