package io.ebbmesh.node.insights;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which insights a command reads. */
final class FilterOptions {

  @Option(names = "--node", description = "Name of the node.")
  private @Nullable String node;

  @Option(names = "--lane", description = "One of ${COMPLETION-CANDIDATES}.")
  private @Nullable Lane lane;

  @Option(names = "--kind", description = "One of ${COMPLETION-CANDIDATES}.")
  private @Nullable InsightKind kind;

  @Option(names = "--stream", description = "Whole name of the stream.")
  private @Nullable String stream;

  @Option(names = "--label", description = "Whole label.")
  private @Nullable String label;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Observed at this time or later: 2026-11-24T10:00:00Z, 2026-11-24 or 2h (ago).")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Observed before this time.")
  private @Nullable String to;

  @Option(
      names = "--live",
      description = "Leave out what a node sent as history after it was offline.")
  private boolean live;

  Filter filter(Instant now) {
    long fromMillis = from == null ? Long.MIN_VALUE : Times.parse("--from", from, now);
    long toMillis = to == null ? Long.MAX_VALUE : Times.parse("--to", to, now);
    if (fromMillis >= toMillis) {
      throw new UserErrorException("--from " + from + " is not before --to " + to);
    }
    return new Filter(nodeId(), lane, kind, stream, label, fromMillis, toMillis, live);
  }

  private @Nullable NodeId nodeId() {
    try {
      return node == null ? null : new NodeId(node);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException("--node cannot be used: " + e.getMessage(), e);
    }
  }
}
