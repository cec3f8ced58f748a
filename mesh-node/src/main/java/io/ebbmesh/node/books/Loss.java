package io.ebbmesh.node.books;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.ebbmesh.node.insights.Printable;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.codec.LossSketchCodec;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.LossSketch;
import io.ebbmesh.protocol.insight.LossSketch.Count;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One loss record, as {@code books --losses} prints it.
 *
 * @param insights that were given up by it
 * @param declaredAt node's estimate
 * @param firstObserved likewise; empty if the record does not say
 * @param streams how many of which, most frequent first; likewise labels
 * @param firstStreams so many of them that a line stays readable
 */
record Loss(
    String node,
    String lane,
    long id,
    String reason,
    long insights,
    String ranges,
    String declaredAt,
    String firstObserved,
    String lastObserved,
    String streams,
    String labels,
    @JsonIgnore String firstStreams) {

  private static final int SHOWN_STREAMS = 5;

  static Loss of(String node, LossRecord loss, long insights) {
    String first = "";
    String last = "";
    String streams = "";
    String labels = "";
    String firstStreams = "";
    if (loss.sketch().length > 0) {
      try {
        LossSketch sketch = LossSketchCodec.decode(loss.sketch());
        first = Instant.ofEpochMilli(sketch.firstObservedWallMillis()).toString();
        last = Instant.ofEpochMilli(sketch.lastObservedWallMillis()).toString();
        streams = counts(sketch.streams(), sketch.otherStreams());
        firstStreams = shortened(sketch.streams(), sketch.otherStreams());
        labels = counts(sketch.labels(), sketch.otherLabels());
      } catch (FrameException e) {
        streams = String.valueOf(e.getMessage());
        firstStreams = streams;
      }
    }
    return new Loss(
        node,
        loss.lane().id(),
        loss.id(),
        loss.reason().name().toLowerCase(Locale.ROOT),
        insights,
        loss.ranges().toString(),
        Instant.ofEpochMilli(loss.declaredAtWallMillis()).toString(),
        first,
        last,
        streams,
        labels,
        firstStreams);
  }

  private static String counts(List<Count> counts, long others) {
    String named =
        counts.stream()
            .map(count -> count.name() + "=" + count.insights())
            .collect(Collectors.joining(" "));
    return others == 0 ? named : named + " others=" + others;
  }

  private static String shortened(List<Count> streams, long others) {
    if (streams.size() <= SHOWN_STREAMS) {
      return counts(streams, others);
    }
    String rest = " … " + (streams.size() - SHOWN_STREAMS) + " more";
    return counts(streams.subList(0, SHOWN_STREAMS), 0)
        + (others == 0 ? rest : rest + ", others=" + others);
  }

  /** A line of what is certain, and a line of what the sketch adds. */
  String text() {
    String line =
        String.format(
            Locale.ROOT,
            "%-16s %-9s %-10s %12d insights %s, declared %s%n",
            node,
            lane,
            reason,
            insights,
            ranges,
            declaredAt);
    return firstObserved.isEmpty()
        ? line
        : line
            + "    observed "
            + firstObserved
            + " to "
            + lastObserved
            + "; streams "
            + Printable.of(firstStreams)
            + (labels.isEmpty() ? "" : "; labels " + Printable.of(labels))
            + "\n";
  }
}
