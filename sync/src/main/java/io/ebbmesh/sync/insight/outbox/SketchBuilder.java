package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.codec.LossSketchCodec;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.LossSketch;
import io.ebbmesh.protocol.insight.LossSketch.Count;
import io.ebbmesh.protocol.time.BootTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what is given up, in bounded memory. */
final class SketchBuilder {

  /** Names that are told apart while counting; later ones are counted together. */
  private static final int MAX_NAMES = 4_096;

  /** Longer names are cut in the sketch: 64 of them stay far below its limit. */
  private static final int MAX_NAME_CHARS = 100;

  private final Names streams = new Names();
  private final Names labels = new Names();
  private long insights;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  void add(Insight insight, BootTime base) {
    insights++;
    long observed = base.wallMillisAt(insight.observedNanos());
    first = Math.min(first, observed);
    last = Math.max(last, observed);
    streams.add(insight.stream());
    if (!insight.label().isEmpty()) {
      labels.add(insight.label());
    }
  }

  /** The bytes for a loss record; empty if nothing was added. */
  byte[] encoded() {
    return insights == 0 ? new byte[0] : LossSketchCodec.encode(sketch());
  }

  private LossSketch sketch() {
    List<Count> topStreams = streams.top();
    List<Count> topLabels = labels.top();
    return new LossSketch(
        insights,
        first,
        last,
        topStreams,
        topLabels,
        streams.total - sum(topStreams),
        labels.total - sum(topLabels));
  }

  private static long sum(List<Count> counts) {
    return counts.stream().mapToLong(Count::insights).sum();
  }

  /** How often each name came. */
  private static final class Names {
    private final Map<String, Long> counts = new TreeMap<>();
    private long total;

    void add(String name) {
      total++;
      String known = name.length() > MAX_NAME_CHARS ? name.substring(0, MAX_NAME_CHARS) : name;
      if (counts.size() < MAX_NAMES || counts.containsKey(known)) {
        counts.merge(known, 1L, Long::sum);
      }
    }

    List<Count> top() {
      List<Count> all = new ArrayList<>();
      counts.forEach((name, count) -> all.add(new Count(name, count)));
      // Stable: names that are as frequent stay in their own order.
      all.sort(Comparator.comparingLong(Count::insights).reversed());
      return List.copyOf(all.subList(0, Math.min(all.size(), LossSketch.MAX_LISTED)));
    }
  }
}
