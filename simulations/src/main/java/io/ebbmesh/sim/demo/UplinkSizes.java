package io.ebbmesh.sim.demo;

import com.github.luben.zstd.Zstd;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The insights that went up, in other forms, grouped into the blocks in which they arrived. */
final class UplinkSizes {

  private static final int ZSTD_LEVEL = 3;
  private static final int MERGED = 100;
  private static final UUID ANY_BOOT = new UUID(0x0123456789abcdefL, 0xfedcba9876543210L);

  private final BlockEncoder encoder = new BlockEncoder(ZSTD_LEVEL);
  private final Sum arrived = new Sum();
  private final Sum merged = new Sum();

  /** Sizes of some blocks in each form. */
  private static final class Sum {
    private long insights;
    private long blocks;
    private long blockBytes;
    private long protobufBytes;
    private long protobufZstdBytes;

    double each(long bytes) {
      return insights == 0 ? 0 : (double) bytes / insights;
    }
  }

  /** Takes the rows of one node, by incarnation, lane and sequence number. */
  void add(List<StoredInsight> rows) {
    List<StoredInsight> block = new ArrayList<>();
    for (StoredInsight row : rows) {
      if (!block.isEmpty() && !isSameBlock(block.get(0), row)) {
        addBlock(block, arrived);
        block.clear();
      }
      block.add(row);
    }
    if (!block.isEmpty()) {
      addBlock(block, arrived);
    }
    for (int from = 0; from < rows.size(); from += MERGED) {
      addBlock(rows.subList(from, Math.min(rows.size(), from + MERGED)), merged);
    }
  }

  private static boolean isSameBlock(StoredInsight one, StoredInsight other) {
    return one.blockFirstSeq() == other.blockFirstSeq()
        && one.lane() == other.lane()
        && one.incarnation().equals(other.incarnation());
  }

  private void addBlock(List<StoredInsight> block, Sum sum) {
    ByteArrayOutputStream protobuf = new ByteArrayOutputStream(128 * block.size());
    encoder.clear();
    for (StoredInsight row : block) {
      Insight insight = row.insight();
      protobuf.writeBytes(InsightCodec.encode(insight));
      encoder.add(insight);
    }
    StoredInsight first = block.get(0);
    BootTime base =
        new BootTime(
            ANY_BOOT, first.insight().observedNanos(), 1_800_000_000_000L, ClockQuality.CARRIED);
    sum.insights += block.size();
    sum.blocks++;
    sum.blockBytes += encoder.encode(first.lane(), first.blockFirstSeq(), base).bytes().length;
    sum.protobufBytes += protobuf.size();
    sum.protobufZstdBytes += Zstd.compress(protobuf.toByteArray(), ZSTD_LEVEL).length;
  }

  /**
   * All of it.
   *
   * @param bytes that went up through the links, with TLS and everything
   */
  DemoReport.Uplink report(long bytes) {
    return new DemoReport.Uplink(
        arrived.insights,
        bytes,
        arrived.each(bytes),
        arrived.blocks,
        arrived.each(arrived.blockBytes),
        arrived.each(arrived.protobufBytes),
        arrived.each(arrived.protobufZstdBytes),
        merged.each(merged.blockBytes),
        merged.each(merged.protobufZstdBytes));
  }
}
