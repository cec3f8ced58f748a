package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Highest accepted position of each source; the least recently used is forgotten at the limit. Keys
 * of requests are counted apart, so that however many come they push no source out.
 */
final class SourcePositions {

  private final int limit;
  private final Map<String, SourceHead> sources = new LinkedHashMap<>();
  private final Map<String, SourceHead> keys = new LinkedHashMap<>();

  /**
   * @param limit of sources, and of keys apart from them
   */
  SourcePositions(int limit) {
    this.limit = limit;
  }

  private Map<String, SourceHead> like(String source) {
    return source.startsWith(Outbox.KEY_PREFIX) ? keys : sources;
  }

  void advance(SourceHead head) {
    Map<String, SourceHead> heads = like(head.source());
    SourceHead known = heads.remove(head.source());
    heads.put(head.source(), known != null && known.position() > head.position() ? known : head);
    if (heads.size() > limit) {
      Iterator<String> oldest = heads.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** What is in a block counts as accepted; nothing of one that is damaged. */
  void advanceBy(byte[] bytes) {
    try {
      Block block = BlockDecoder.parse(bytes);
      long seq = block.header().seqs().first();
      for (Insight insight : BlockDecoder.decode(block)) {
        SourcePosition at = insight.source();
        if (at != null) {
          advance(new SourceHead(at.source(), at.position(), seq));
        }
        seq++;
      }
    } catch (BlockException e) {
      // Whoever wants to send it finds that out, and declares it lost.
    }
  }

  @Nullable SourceHead of(String source) {
    return like(source).get(source);
  }

  /** Least recently used first, within each sort. */
  List<SourceHead> copy() {
    List<SourceHead> all = new ArrayList<>(sources.size() + keys.size());
    all.addAll(sources.values());
    all.addAll(keys.values());
    return List.copyOf(all);
  }
}
