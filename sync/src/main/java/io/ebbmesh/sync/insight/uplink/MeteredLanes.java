package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Output;
import java.util.List;

/** Lets the lanes of an uplink wait and go on as {@link Metering} says. */
final class MeteredLanes {

  /** Of a loss record, what a range takes on the link at most. */
  private static final long RANGE_BYTES = 22;

  private final List<LaneUplink> lanes;
  private final Metering metering;
  private Uplink.WaitsFor waitsFor = Uplink.WaitsFor.NOTHING;
  private Uplink.WaitsFor told = Uplink.WaitsFor.NOTHING;
  private long goOnAtNanos = UplinkMachine.NEVER;

  MeteredLanes(List<LaneUplink> lanes, Metering metering) {
    this.lanes = lanes;
    this.metering = metering;
  }

  Uplink.WaitsFor waitsFor() {
    return waitsFor;
  }

  /** When lanes that wait may go on; {@link UplinkMachine#NEVER} if none waits. */
  long goOnAtNanos() {
    return goOnAtNanos;
  }

  void holdBack(long nowNanos) {
    Uplink.WaitsFor what = Uplink.WaitsFor.NOTHING;
    for (LaneUplink lane : lanes) {
      Uplink.WaitsFor forIt = metering.waitsFor(nowNanos, lane.lane());
      lane.holdBack(forIt != Uplink.WaitsFor.NOTHING);
      what = forIt == Uplink.WaitsFor.NOTHING ? what : forIt;
    }
    waitsFor = what;
    goOnAtNanos = metering.changesAtNanos(nowNanos, what);
  }

  /** Whether the next block of a flow is within the budget; if not, lanes wait from now on. */
  boolean letGo(long nowNanos, FlowTurns.Turn turn) {
    BlockRef block = turn.lane().next(turn.flow());
    long underWay = 0;
    for (LaneUplink lane : lanes) {
      underWay += lane.costReading();
    }
    if (block == null || metering.fits(nowNanos, turn.lane().lane(), block.bytes(), underWay)) {
      return true;
    }
    holdBack(nowNanos);
    return false;
  }

  /** Counts loss records, which never wait. */
  void onLosses(long nowNanos, LaneUplink lane, List<Output> sent) {
    long bytes = 0;
    for (Output output : sent) {
      if (output instanceof UplinkMachine.Send send
          && send.frame() instanceof Frame.LossDeclared declared) {
        LossRecord loss = declared.loss();
        bytes += loss.sketch().length + RANGE_BYTES * loss.ranges().ranges().size();
      }
    }
    metering.onSent(nowNanos, lane.lane(), bytes, sent.size());
  }

  /** What others have to know or to write down. */
  void tell(List<Output> out) {
    if (waitsFor != told) {
      told = waitsFor;
      out.add(new UplinkMachine.Waiting(waitsFor));
    }
    Metering.Spent spent = metering.toRemember();
    if (spent != null) {
      out.add(new UplinkMachine.Remember(spent));
    }
  }
}
