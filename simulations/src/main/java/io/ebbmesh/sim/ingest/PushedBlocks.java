package io.ebbmesh.sim.ingest;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What each session pushes: the same blocks, since a block's bytes hold no node.
 *
 * @param streams names of their streams
 */
record PushedBlocks(List<Frame.BlockPush> pushes, List<String> streams, long insights) {

  private static final long SEED = 20261124;
  private static final int BYTES = 200;
  private static final int ZSTD_LEVEL = 1;

  /**
   * @param count insights
   * @param perBlock insights of a block
   */
  static PushedBlocks of(long count, int perBlock) {
    BlockEncoder encoder = new BlockEncoder(ZSTD_LEVEL);
    DetectionStream stream = new DetectionStream(SEED, BYTES);
    BootTime base = new BootTime(new UUID(0, 1), 0, 1_795_000_000_000L, ClockQuality.CARRIED);
    List<Frame.BlockPush> pushes = new ArrayList<>();
    SortedSet<String> streams = new TreeSet<>();
    for (long first = 1; first <= count; first += perBlock) {
      long last = Math.min(count, first + perBlock - 1);
      for (long seq = first; seq <= last; seq++) {
        Insight insight = stream.next();
        streams.add(insight.stream());
        encoder.add(insight);
      }
      pushes.add(
          new Frame.BlockPush(
              Lane.INSIGHT,
              new SeqRange(first, last),
              encoder.encode(Lane.INSIGHT, first, base).bytes()));
    }
    return new PushedBlocks(pushes, List.copyOf(streams), count);
  }
}
