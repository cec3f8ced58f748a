package io.ebbmesh.sync.insight.ingest;

import java.util.EnumMap;
import java.util.Map;

/**
 * How often a hub did not take something as it came, since its start. Used from several threads.
 */
public final class IngestCounts {

  private final Map<Trouble, Long> counts = new EnumMap<>(Trouble.class);

  synchronized void count(Trouble kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  /** A copy; what did not happen is not in it. */
  public synchronized Map<Trouble, Long> counts() {
    return new EnumMap<>(counts);
  }
}
