package io.ebbmesh.sim.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport.LaneReport;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The account of one node: the source's own log on one side, the hub's store on the other.
 *
 * @param produced positions in the source's own log
 * @param stored of these, what the hub has a row of
 * @param quarantined insights that reached the hub damaged
 * @param declaredLost insights that the node declared lost
 * @param pending positions that the source heard to be accepted and the hub does not hold
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
record Books(
    String node,
    long produced,
    long stored,
    long quarantined,
    long declaredLost,
    long pending,
    long duplicates,
    long outOfOrder,
    long unknown) {

  /** Compares both sides; {@code rows} come by incarnation, lane and sequence number. */
  static Books of(
      String node, SourceAccount source, List<StoredInsight> rows, List<LaneReport> lanes) {
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
        lanes.stream().mapToLong(held -> held.declaredLost().count()).sum(),
        pending(source, lanes),
        duplicates,
        outOfOrder,
        unknown);
  }

  private static int position(StoredInsight row) {
    return (int)
        Objects.requireNonNull(row.insight().source(), "a row without a source").position();
  }

  /** By sequence number, so that what the hub holds without a row does not count as pending. */
  private static long pending(SourceAccount source, List<LaneReport> lanes) {
    SeqRanges held = SeqRanges.EMPTY;
    for (LaneReport lane : lanes) {
      held = held.plus(lane.held());
    }
    long pending = 0;
    for (long seq : source.seqs().values()) {
      pending += held.contains(seq) ? 0 : 1;
    }
    return pending;
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
