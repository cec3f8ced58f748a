package io.ebbmesh.sim.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.outbox.StoreIdentity;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The account of one node from three sides that know nothing of each other: the source's own log,
 * the node's outbox on disk, and the hub's store.
 *
 * @param produced positions in the source's own log
 * @param stored of these, what the hub has a row of
 * @param quarantined insights that reached the hub damaged
 * @param declaredLost insights that the node declared lost, whether the hub knows it yet or not
 * @param pending insights in the node's outbox that the hub does not hold
 * @param duplicates rows whose position another row already has
 * @param outOfOrder rows whose position is not above that of the row before, within a lane
 * @param unknown rows whose position the source never produced
 */
@JsonPropertyOrder({
  "node",
  "produced",
  "stored",
  "quarantined",
  "declaredLost",
  "pending",
  "duplicates",
  "outOfOrder",
  "unknown",
  "balanced"
})
public record Books(
    String node,
    long produced,
    long stored,
    long quarantined,
    long declaredLost,
    long pending,
    long duplicates,
    long outOfOrder,
    long unknown) {

  /**
   * Compares the sides.
   *
   * @param outbox of the node, which has stopped
   * @param rows of the node, by incarnation, lane and sequence number
   * @param lanes of the node at the hub
   */
  static Books of(
      String node,
      SourceAccount source,
      OutboxReport outbox,
      List<StoredInsight> rows,
      List<LaneReport> lanes) {
    BitSet produced = source.produced();
    BitSet stored = new BitSet();
    long duplicates = 0;
    long outOfOrder = 0;
    long unknown = 0;
    @Nullable Incarnation incarnation = null;
    @Nullable Lane lane = null;
    int last = 0;
    for (StoredInsight row : rows) {
      if (!row.incarnation().equals(incarnation) || row.lane() != lane) {
        incarnation = row.incarnation();
        lane = row.lane();
        last = 0;
      }
      int position = position(row);
      outOfOrder += position <= last ? 1 : 0;
      unknown += produced.get(position) ? 0 : 1;
      duplicates += stored.get(position) ? 1 : 0;
      stored.set(position);
      last = position;
    }
    stored.and(produced);
    return new Books(
        node,
        produced.cardinality(),
        stored.cardinality(),
        lanes.stream().mapToLong(held -> held.quarantined().count()).sum(),
        declaredLost(outbox, lanes),
        pending(outbox, lanes),
        duplicates,
        outOfOrder,
        unknown);
  }

  private static int position(StoredInsight row) {
    return (int)
        Objects.requireNonNull(row.insight().source(), "a row without a source").position();
  }

  /** Declared lost by the node, whether the hub knows it yet or not. */
  public static long declaredLost(OutboxReport outbox, List<LaneReport> lanes) {
    long lost = lanes.stream().mapToLong(lane -> lane.declaredLost().count()).sum();
    for (OutboxReport.LaneReport lane : outbox.lanes()) {
      lost += lane.lost().minus(held(outbox, lane.lane(), lanes)).count();
    }
    return lost;
  }

  /** In the outbox and not at the hub, which may hold more than the outbox has heard of. */
  public static long pending(OutboxReport outbox, List<LaneReport> lanes) {
    long pending = 0;
    for (OutboxReport.LaneReport lane : outbox.lanes()) {
      if (lane.nextSeq() > 1) {
        SeqRanges accepted = SeqRanges.of(new SeqRange(1, lane.nextSeq() - 1));
        pending +=
            accepted
                .minus(lane.acknowledged())
                .minus(lane.lost())
                .minus(held(outbox, lane.lane(), lanes))
                .count();
      }
    }
    return pending;
  }

  /** What the hub holds of a lane of the incarnation that the outbox has now. */
  private static SeqRanges held(OutboxReport outbox, Lane lane, List<LaneReport> lanes) {
    StoreIdentity identity = outbox.identity();
    SeqRanges held = SeqRanges.EMPTY;
    for (LaneReport report : lanes) {
      if (report.lane() == lane
          && identity != null
          && report.incarnation().equals(identity.incarnation())) {
        held = held.plus(report.held());
      }
    }
    return held;
  }

  /** Whether everything that was produced is accounted for, once and in order. */
  @JsonProperty
  boolean balanced() {
    return produced == stored + quarantined + declaredLost + pending
        && duplicates == 0
        && outOfOrder == 0
        && unknown == 0;
  }
}
