package io.ebbmesh.node.ingress.http;

import io.ebbmesh.node.site.SiteView;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.DiskReport;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneBooks;
import io.ebbmesh.sync.insight.uplink.Uplink;
import io.ebbmesh.sync.session.Session;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code GET /v1/status} tells.
 *
 * @param node name of the node
 * @param incarnation of its outbox
 * @param books per lane, what became of all that was accepted
 * @param refused per lane, readings that were refused since the start because it was full
 * @param disk how the outbox stands with its disk
 * @param serving models that serve on this node, as {@code name@release}
 * @param site this node's view of its neighbours
 * @param session with the hub
 * @param sent to the hub, and what a metered link lets go
 */
public record NodeStatus(
    String node,
    Incarnation incarnation,
    Map<Lane, LaneBooks> books,
    Map<Lane, Long> refused,
    DiskReport disk,
    List<String> serving,
    SiteView site,
    Session.Status session,
    Uplink.Totals sent) {

  public NodeStatus {
    // The lanes in their own order, whatever map they came in.
    Map<Lane, LaneBooks> ordered = new EnumMap<>(Lane.class);
    ordered.putAll(books);
    books = ordered;
    Map<Lane, Long> orderedRefused = new EnumMap<>(Lane.class);
    orderedRefused.putAll(refused);
    refused = orderedRefused;
  }
}
