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
 * @param lanes how each lane of the outbox stands
 * @param serving models that serve on this node, as {@code name@release}
 * @param site this node's view of its neighbours
 * @param sessionUp whether a session with the hub is open
 */
public record NodeStatus(
    String node,
    Map<Lane, LaneStatus> lanes,
    List<String> serving,
    SiteView site,
    boolean sessionUp) {

  /**
   * One lane of the outbox.
   *
   * @param accepted insights that ever became durable here
   * @param backlog of these, what the hub has not acknowledged
   * @param heldBlocks blocks of the backlog
   * @param heldBytes their bytes
   * @param lossesToReport loss records that the hub does not hold yet
   */
  public record LaneStatus(
      long accepted, long backlog, int heldBlocks, long heldBytes, int lossesToReport) {}

  public NodeStatus {
    // The lanes in their own order, whatever map they came in.
    Map<Lane, LaneStatus> ordered = new EnumMap<>(Lane.class);
    ordered.putAll(lanes);
    lanes = ordered;
  }
}
