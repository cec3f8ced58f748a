package io.ebbmesh.sim.demo;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the demo found out, as {@code --json} writes it.
 *
 * @param balanced whether the books of every node balance
 * @param detector as {@link io.ebbmesh.node.detector.Evaluation#toMap}
 * @param seconds from the first process to the last that ended
 */
@JsonPropertyOrder({"balanced", "nodes", "detector", "outage", "uplink", "crash", "seconds"})
record DemoReport(
    boolean balanced,
    List<Books> nodes,
    Map<String, Object> detector,
    Outage outage,
    Uplink uplink,
    Crash crash,
    double seconds) {

  /**
   * The time without a link.
   *
   * @param seconds from the cut until the link was restored
   * @param decidedOffline insights that became durable on the nodes meanwhile
   * @param decidedByNeighbour of these, what a neighbour decided
   * @param drainSeconds from then until the hub held everything that was accepted before
   */
  @JsonPropertyOrder({"seconds", "decidedOffline", "decidedByNeighbour", "drainSeconds"})
  record Outage(
      double seconds, long decidedOffline, long decidedByNeighbour, double drainSeconds) {}

  /**
   * What the way to the hub cost.
   *
   * @param bytes up through the links: TLS, sessions, repetitions and everything
   * @param blocks in which the insights arrived
   * @param blockBytesPerInsight these blocks alone
   * @param protobufBytesPerInsight the same insights as protobuf
   * @param protobufZstdBytesPerInsight the same, zstd-3 over each of these blocks
   * @param blockBytesPerInsightAt100 the same insights as blocks of 100
   * @param protobufZstdBytesPerInsightAt100 zstd-3 over the protobuf of 100 at a time
   */
  @JsonPropertyOrder({
    "insights",
    "bytes",
    "bytesPerInsight",
    "blocks",
    "blockBytesPerInsight",
    "protobufBytesPerInsight",
    "protobufZstdBytesPerInsight",
    "blockBytesPerInsightAt100",
    "protobufZstdBytesPerInsightAt100"
  })
  record Uplink(
      long insights,
      long bytes,
      double bytesPerInsight,
      long blocks,
      double blockBytesPerInsight,
      double protobufBytesPerInsight,
      double protobufZstdBytesPerInsight,
      double blockBytesPerInsightAt100,
      double protobufZstdBytesPerInsightAt100) {}

  /**
   * The node that was killed.
   *
   * @param killed processes that SIGKILL ended
   * @param acceptedBefore what the source of the node had heard to be accepted until then
   * @param acceptedAfter what it heard since the node was back
   * @param recovered whether the node served again and its source came to the end
   */
  @JsonPropertyOrder({"node", "killed", "acceptedBefore", "acceptedAfter", "recovered"})
  record Crash(
      String node, int killed, long acceptedBefore, long acceptedAfter, boolean recovered) {}

  /** What went wrong, one line each; empty if the demo shows what it is to show. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (Books books : nodes) {
      if (!books.balanced()) {
        problems.add("the books of " + books.node() + " do not balance");
      } else if (books.pending() > 0) {
        problems.add(books.node() + " was not drained: " + books.pending() + " insights pending");
      }
    }
    if (crash.killed() == 0 || !crash.recovered()) {
      problems.add("no node was killed and recovered");
    }
    if (outage.decidedOffline() == 0) {
      problems.add("nothing was decided while the link was cut");
    }
    if (outage.decidedByNeighbour() == 0) {
      problems.add("no neighbour decided while the link was cut");
    }
    return problems;
  }
}
