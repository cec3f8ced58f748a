package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;

/**
 * Windows of pings as "Starlink on the Road" (arXiv:2403.13497) measured them: loss in percent and
 * round trips in milliseconds, of which a link has half. Windows are uneven; between two of them
 * the earlier one holds. Repeats after the end of its last window.
 */
final class StarlinkRoadTrace {

  static final String START = "timestamp_start";
  private static final String END = "timestamp_end";
  private static final String LOSS = "packet_loss";
  private static final String ROUND_TRIP = "ping_avg";
  private static final String DEVIATION = "ping_stddev";
  private static final double ALL = 100;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private StarlinkRoadTrace() {}

  static LinkSchedule read(Path file) {
    LinkSchedule.Builder steps = LinkSchedule.builder();
    try (TraceTable table =
        TraceTable.withAtLeast(file, List.of(START, END, LOSS, ROUND_TRIP, DEVIATION))) {
      long first = 0;
      long start = -1;
      long end = 0;
      for (TraceTable.Row row = table.next(); row != null; row = table.next()) {
        long second = second(row, START);
        if (start < 0) {
          first = second;
        }
        if (second - first <= start) {
          throw row.timeRunsBack(START);
        }
        if (second - first > TraceTable.Row.MAX_SECONDS) {
          throw row.wrong("it lies more than ten years after the first", "Correct the year");
        }
        start = second - first;
        end = second(row, END) - first;
        if (end <= start) {
          throw row.wrong("the window ends before it has begun", "Is " + END + " right?");
        }
        steps.from(start * NANOS_PER_SECOND, condition(row));
      }
      return steps.build(end * NANOS_PER_SECOND);
    }
  }

  private static LinkCondition condition(TraceTable.Row row) {
    double percent = row.value(LOSS, 0, ALL);
    if (percent == ALL) {
      return LinkCondition.DOWN;
    }
    return new LinkCondition(
        true,
        LinkCondition.UNSAID,
        LinkCondition.UNSAID,
        row.delayNanos(ROUND_TRIP, 0.5),
        row.delayNanos(DEVIATION, 0.5),
        percent / ALL);
  }

  private static long second(TraceTable.Row row, String column) {
    try {
      return LocalDateTime.parse(row.text(column), TIME).toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw row.wrong(
          column + " is '" + row.text(column) + "'", "Write times like 2024-01-31 09:30:00");
    }
  }
}
