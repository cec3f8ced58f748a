package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes few large blocks of many small ones; sequence numbers stay what they are. Insights of two
 * boots never share a block: their times count from different instants.
 */
final class BlockMerger {

  private final Lane lane;
  private final int maxInsights;
  private final BlockEncoder encoder;
  private final List<BlocksMerged> merged = new ArrayList<>();

  private @Nullable BootTime base;
  private long firstSeq;
  private int parts;

  private BlockMerger(Lane lane, int maxInsights, int zstdLevel) {
    this.lane = lane;
    this.maxInsights = maxInsights;
    this.encoder = new BlockEncoder(zstdLevel);
  }

  /**
   * @param blocks of one lane, ascending; one that cannot be read parts its neighbours
   * @return what takes the place of two or more of them
   */
  static List<BlocksMerged> merge(Lane lane, List<byte[]> blocks, int maxInsights, int zstdLevel) {
    BlockMerger merger = new BlockMerger(lane, maxInsights, zstdLevel);
    for (byte[] block : blocks) {
      try {
        Block parsed = BlockDecoder.parse(block);
        merger.add(parsed, BlockDecoder.decode(parsed));
      } catch (BlockException e) {
        // Whoever wants to send it will find out and say so.
        merger.end();
      }
    }
    merger.end();
    return merger.merged;
  }

  private void add(Block block, List<Insight> insights) {
    if (!joins(block, insights)) {
      end();
    }
    if (parts == 0) {
      firstSeq = block.header().seqs().first();
    }
    for (Insight insight : insights) {
      encoder.add(insight);
    }
    base = better(base, block.header().base());
    parts++;
  }

  private boolean joins(Block block, List<Insight> insights) {
    BootTime known = base;
    return parts == 0
        || known != null
            && known.bootId().equals(block.header().base().bootId())
            && firstSeq + encoder.count() == block.header().seqs().first()
            && encoder.count() + insights.size() <= maxInsights
            && encoder.hasRoomForAll(insights);
  }

  /** The later one, unless the clock was better known before. */
  private static BootTime better(@Nullable BootTime before, BootTime later) {
    return before != null && before.quality().compareTo(later.quality()) > 0 ? before : later;
  }

  private void end() {
    if (parts > 1 && base != null) {
      Block block = encoder.encode(lane, firstSeq, base);
      merged.add(new BlocksMerged(block.header().seqs(), block.bytes()));
    } else {
      encoder.clear();
    }
    parts = 0;
    base = null;
  }
}
