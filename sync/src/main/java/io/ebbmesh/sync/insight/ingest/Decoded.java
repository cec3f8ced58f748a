package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import java.util.List;

/** What came out of a pushed block. */
sealed interface Decoded {

  /** Whole. */
  record Good(BootTime base, Digest digest, List<Insight> insights) implements Decoded {}

  /** Not what its node wrote. */
  record Damaged(String problem) implements Decoded {}

  /** Whole, but for a newer hub. */
  record TooNew(String problem) implements Decoded {}

  /** Parses, checks against the frame, and decodes. Any thread. */
  static Decoded of(Frame.BlockPush push) {
    try {
      Block block = BlockDecoder.parse(push.block());
      if (block.header().lane() != push.lane() || !block.header().seqs().equals(push.seqs())) {
        return new Damaged(
            "pushed as "
                + push.lane().id()
                + " "
                + push.seqs()
                + ", its header says "
                + block.header().lane().id()
                + " "
                + block.header().seqs());
      }
      List<Insight> insights = BlockDecoder.decode(block);
      // No store has a place for such a score, and would refuse all that is stored with it, too.
      if (insights.stream().anyMatch(insight -> Float.isNaN(insight.score()))) {
        return new Damaged("a score in it is no number (NaN)");
      }
      return new Good(block.header().base(), block.digest(), insights);
    } catch (BlockException e) {
      return e.reason() == BlockException.Reason.TOO_NEW
          ? new TooNew(String.valueOf(e.getMessage()))
          : new Damaged(e.getMessage() + " (" + e.reason() + ")");
    }
  }
}
