package io.ebbmesh.sim.crash;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.clock.HubClock;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.outbox.StoppedOutbox;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.insight.store.sqlite.LossReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads what a stopped node and a stopped hub hold. */
final class StoppedFleet {

  private StoppedFleet() {}

  /**
   * Compares the producers' log with it.
   *
   * @throws IOException if the outbox cannot be read
   * @throws io.ebbmesh.sync.insight.store.StoreException if the hub's store cannot be read
   */
  static CrashBooks books(NodeId node, Path outboxFolder, Path hubStore, HttpLoad load)
      throws IOException {
    OutboxReport outbox =
        StoppedOutbox.read(outboxFolder, HubClock.create(UUID.randomUUID()), false);
    try (HubStoreReport hub = HubStoreReport.open(hubStore)) {
      List<CrashBooks.Row> rows = new ArrayList<>();
      hub.insights(node, stored -> rows.add(row(stored.insight())));
      CrashBooks.Held held = held(hub.lanes(), hub.losses(), outbox);
      return CrashBooks.of(load.accepted(), load::hasBegun, rows, held);
    }
  }

  private static CrashBooks.Row row(Insight insight) {
    SourcePosition at = insight.source();
    return at == null
        ? new CrashBooks.Row("", 0, insight.score())
        : new CrashBooks.Row(at.source(), at.position(), insight.score());
  }

  private static CrashBooks.Held held(
      List<LaneReport> lanes, List<LossReport> losses, OutboxReport outbox) {
    Map<Lane, CrashBooks.Numbers> numbers = new EnumMap<>(Lane.class);
    for (Lane lane : Lane.values()) {
      numbers.put(lane, numbers(lane, lanes, folded(lane, losses), outbox));
    }
    boolean balance = lanes.stream().allMatch(LaneReport::balances);
    return new CrashBooks.Held(balance, numbers);
  }

  private static SeqRanges folded(Lane of, List<LossReport> losses) {
    SeqRanges folded = SeqRanges.EMPTY;
    for (LossReport report : losses) {
      LossRecord loss = report.loss();
      if (loss.lane() == of && loss.reason() == LossReason.FOLDED) {
        folded = folded.plus(loss.ranges());
      }
    }
    return folded;
  }

  private static CrashBooks.Numbers numbers(
      Lane of, List<LaneReport> lanes, SeqRanges folded, OutboxReport outbox) {
    SeqRanges atHub = SeqRanges.EMPTY;
    SeqRanges quarantined = SeqRanges.EMPTY;
    SeqRanges lost = SeqRanges.EMPTY;
    for (LaneReport lane : lanes) {
      if (lane.lane() != of) {
        continue;
      }
      atHub = atHub.plus(lane.held());
      quarantined = quarantined.plus(lane.quarantined());
      lost = lost.plus(lane.declaredLost());
    }
    SeqRanges pending = SeqRanges.EMPTY;
    for (OutboxReport.LaneReport lane : outbox.lanes()) {
      if (lane.lane() != of) {
        continue;
      }
      lost = lost.plus(lane.lost());
      if (lane.nextSeq() > 1) {
        pending =
            pending.plus(
                SeqRanges.of(new SeqRange(1, lane.nextSeq() - 1))
                    .minus(lane.acknowledged())
                    .minus(lane.lost()));
      }
    }
    return new CrashBooks.Numbers(quarantined, lost.minus(folded), folded, pending.minus(atHub));
  }
}
