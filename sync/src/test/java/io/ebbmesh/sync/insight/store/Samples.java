package io.ebbmesh.sync.insight.store;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Insights, blocks and names for tests. */
public final class Samples {

  public static final NodeId NODE = new NodeId("gateway-1");
  public static final Incarnation INCARNATION = new Incarnation(new UUID(1, 2));
  public static final UUID BOOT = new UUID(3, 4);
  public static final LaneKey LANE = new LaneKey(NODE, INCARNATION, Lane.INSIGHT);

  /** The node believes that it is 1970; a second after its boot. */
  public static final BootTime BASE =
      new BootTime(BOOT, 1_000_000_000L, 1_000L, ClockQuality.LOWER_BOUND);

  private Samples() {}

  public static Insight insight(long seq) {
    return new Insight(
        InsightKind.ANOMALY,
        "mote/" + seq % 4,
        "wsn@1",
        seq % 50 == 0 ? "event" : "normal",
        "",
        BASE.monotonicNanos() + seq * 1_000_000L,
        (seq % 1000) / 1000f,
        new float[] {20 + seq % 10, 45},
        new SourcePosition("csv/mote", seq));
  }

  /** The insights that belong to a range. */
  public static List<Insight> insights(SeqRange seqs) {
    List<Insight> insights = new ArrayList<>();
    for (long seq = seqs.first(); seq <= seqs.last(); seq++) {
      insights.add(insight(seq));
    }
    return insights;
  }

  public static StoreBlock block(SeqRanges expected, long first, long last) {
    return block(LANE, expected, first, last);
  }

  public static StoreBlock block(LaneKey lane, SeqRanges expected, long first, long last) {
    SeqRange seqs = new SeqRange(first, last);
    byte[] name = ByteBuffer.allocate(16).putLong(first).putLong(last).array();
    return new StoreBlock(lane, expected, seqs, BASE, Digest.of(name), insights(seqs));
  }

  public static SeqRanges ranges(long... firstLast) {
    List<SeqRange> ranges = new ArrayList<>();
    for (int i = 0; i < firstLast.length; i += 2) {
      ranges.add(new SeqRange(firstLast[i], firstLast[i + 1]));
    }
    return SeqRanges.of(ranges);
  }
}
