package io.ebbmesh.sim.link.trace;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A trace whose first line names its columns, which may stand in any order. */
final class TraceTable implements Closeable {

  private final TraceLines lines;
  private final TraceLine header;
  private final List<String> columns;
  private boolean anyRow;

  private TraceTable(TraceLines lines) {
    this.lines = lines;
    this.header = lines.first();
    this.columns = header.fields();
  }

  /** A table with these columns and perhaps others, which are passed over. */
  static TraceTable withAtLeast(Path file, List<String> needed) {
    return open(file, needed, false);
  }

  /** A table with these columns and no others. */
  static TraceTable withExactly(Path file, List<String> needed) {
    return open(file, needed, true);
  }

  private static TraceTable open(Path file, List<String> needed, boolean noOthers) {
    TraceLines lines = TraceLines.open(file);
    try {
      TraceTable table = new TraceTable(lines);
      table.check(needed, noOthers);
      return table;
    } catch (TraceException e) {
      lines.close();
      throw e;
    }
  }

  private void check(List<String> needed, boolean noOthers) {
    String remedy = "The header must have the columns " + String.join(",", needed);
    List<String> missing = new ArrayList<>(needed);
    missing.removeAll(columns);
    if (!missing.isEmpty()) {
      throw header.wrong("the column " + missing.get(0) + " is missing", remedy);
    }
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      if (columns.indexOf(column) < i) {
        throw header.wrong("the column " + column + " is there twice", remedy);
      }
      if (noOthers && !needed.contains(column)) {
        throw header.wrong("the column " + column + " is unknown", remedy + " and no others");
      }
    }
  }

  /** The next row; null at the end. */
  @Nullable Row next() {
    TraceLine line = lines.next();
    if (line == null) {
      if (!anyRow) {
        throw header.wrong("no line follows the header", "Give at least one");
      }
      return null;
    }
    anyRow = true;
    List<String> fields = line.fields();
    if (fields.size() != columns.size()) {
      throw line.wrong(
          "it has " + fields.size() + " fields and the header has " + columns.size(),
          "Is the line cut off, or a decimal comma in it?");
    }
    return new Row(line, columns, fields);
  }

  @Override
  public void close() {
    lines.close();
  }

  /** One line by the names of its columns. */
  record Row(TraceLine line, List<String> columns, List<String> fields) {

    /** Ten years, so that sums of nanoseconds stay far below the range of a long. */
    static final long MAX_SECONDS = 10L * 365 * 24 * 3600;

    /** No round trip takes longer than an hour. */
    private static final double MAX_DELAY_MILLIS = 3_600_000;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    String text(String column) {
      return fields.get(columns.indexOf(column));
    }

    double value(String column, double min, double max) {
      return line.value(column, text(column), min, max);
    }

    double valueOrUnsaid(String column, double min, double max) {
      return text(column).isEmpty() ? LinkCondition.UNSAID : value(column, min, max);
    }

    long secondsAsNanos(String column) {
      return Math.round(value(column, 0, MAX_SECONDS) * NANOS_PER_SECOND);
    }

    long millisAsNanos(String column) {
      return Math.round(value(column, 0, MAX_SECONDS * 1e3) * NANOS_PER_MILLI);
    }

    /** A part of a delay in milliseconds, as nanoseconds; unsaid if the field is empty. */
    long delayNanos(String column, double part) {
      double millis = valueOrUnsaid(column, 0, MAX_DELAY_MILLIS);
      return millis == LinkCondition.UNSAID
          ? LinkCondition.UNSAID
          : Math.round(millis * part * NANOS_PER_MILLI);
    }

    TraceException timeRunsBack(String column) {
      return wrong(
          column + " is " + text(column) + ", which is not later than in the line before",
          "Sort the lines by time");
    }

    TraceException wrong(String what, String remedy) {
      return line.wrong(what, remedy);
    }
  }
}
