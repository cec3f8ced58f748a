package io.ebbmesh.node.insights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.store.InsightQuery.Found;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** How insights are printed: a line each. */
enum Format {
  /** For people; a time that is only the node's estimate has a {@code ~}, history a {@code <}. */
  TABLE {
    @Override
    String header() {
      return row("TIME", "NODE", "LANE", "SEQ", "KIND", "STREAM", "LABEL", "SCORE");
    }

    @Override
    String line(Found found) {
      Insight insight = found.insight();
      return row(
          Instant.ofEpochMilli(found.wallMillis())
              + (found.corrected() ? "" : "~")
              + (found.backfilled() ? "<" : ""),
          found.node().value(),
          found.lane().id(),
          Long.toString(found.seq()),
          lower(insight.kind()),
          Printable.of(insight.stream()),
          Printable.of(insight.label()),
          String.format(Locale.ROOT, "%.4f", insight.score()));
    }

    private String row(String... cells) {
      return String.format(
              Locale.ROOT, "%-25s %-16s %-9s %12s %-14s %-24s %-16s %s", (Object[]) cells)
          .stripTrailing();
    }
  },

  /** One JSON object a line. */
  JSON {
    @Override
    String header() {
      return "";
    }

    @Override
    String line(Found found) {
      ObjectNode json =
          InsightJson.object()
              .put("place", found.place().toString())
              .put("time", Instant.ofEpochMilli(found.wallMillis()).toString())
              .put("timeIs", timeIs(found))
              .put("timeQuality", lower(found.quality()))
              .put("backfilled", found.backfilled())
              .put("node", found.node().value())
              .put("incarnation", found.incarnation().toString())
              .put("lane", found.lane().id())
              .put("seq", found.seq());
      return InsightJson.text(InsightJson.add(json, found.insight()));
    }
  },

  /** RFC 4180, with a header; values are separated by spaces. */
  CSV {
    @Override
    String header() {
      return "time,time_is,time_quality,backfilled,node,incarnation,lane,seq,kind,stream,model,label,"
          + "decided_by,score,values,source,position,place";
    }

    @Override
    String line(Found found) {
      Insight insight = found.insight();
      @Nullable SourcePosition source = insight.source();
      StringJoiner values = new StringJoiner(" ");
      for (float value : insight.values()) {
        values.add(Float.toString(value));
      }
      StringJoiner line = new StringJoiner(",");
      for (String cell :
          List.of(
              Instant.ofEpochMilli(found.wallMillis()).toString(),
              timeIs(found),
              lower(found.quality()),
              Boolean.toString(found.backfilled()),
              found.node().value(),
              found.incarnation().toString(),
              found.lane().id(),
              Long.toString(found.seq()),
              lower(insight.kind()),
              insight.stream(),
              insight.model(),
              insight.label(),
              insight.decidedBy(),
              Float.toString(insight.score()),
              values.toString(),
              source == null ? "" : source.source(),
              source == null ? "" : Long.toString(source.position()),
              found.place().toString())) {
        line.add(quoted(cell));
      }
      return line.toString();
    }
  };

  /** The first line, empty for none. */
  abstract String header();

  abstract String line(Found found);

  private static String timeIs(Found found) {
    return found.corrected() ? "corrected" : "estimate";
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String quoted(String cell) {
    for (int i = 0; i < cell.length(); i++) {
      if (",\"\r\n".indexOf(cell.charAt(i)) >= 0) {
        return '"' + cell.replace("\"", "\"\"") + '"';
      }
    }
    return cell;
  }
}
