package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Highest accepted position of each source; the least recently used is forgotten at the limit. */
final class SourcePositions {

  private final int limit;
  private final Map<String, SourceHead> heads = new LinkedHashMap<>();

  SourcePositions(int limit) {
    this.limit = limit;
  }

  void advance(SourceHead head) {
    SourceHead known = heads.remove(head.source());
    heads.put(head.source(), known != null && known.position() > head.position() ? known : head);
    if (heads.size() > limit) {
      Iterator<String> oldest = heads.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  @Nullable SourceHead of(String source) {
    return heads.get(source);
  }

  /** Least recently used first. */
  List<SourceHead> copy() {
    return List.copyOf(heads.values());
  }
}
