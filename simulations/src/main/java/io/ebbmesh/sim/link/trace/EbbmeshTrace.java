package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;
import java.util.List;

/**
 * The project's own format: a line for each change, {@code up} 1 or 0, an empty field for what is
 * unsaid. A last line whose {@code up} is {@code repeat} says when the trace begins anew; without
 * it the last condition holds for ever.
 */
final class EbbmeshTrace {

  static final String TIME = "t_ms";
  static final String UP = "up";
  static final String REPEAT = "repeat";
  static final String HEADER = "t_ms,up,latency_ms,jitter_ms,loss,up_bps,down_bps";

  private static final double MAX_BITS_PER_SECOND = 1e12;

  private EbbmeshTrace() {}

  static LinkSchedule read(Path file) {
    LinkSchedule.Builder steps = LinkSchedule.builder();
    try (TraceTable table = TraceTable.withExactly(file, List.of(HEADER.split(",", -1)))) {
      long last = -1;
      for (TraceTable.Row row = table.next(); row != null; row = table.next()) {
        long nanos = row.millisAsNanos(TIME);
        if (last < 0 && nanos != 0) {
          throw row.wrong("the first line is at " + row.text(TIME) + " ms", "Begin at 0");
        }
        if (nanos <= last) {
          throw row.timeRunsBack(TIME);
        }
        if (row.text(UP).equals(REPEAT)) {
          return repeating(steps, nanos, row, table);
        }
        steps.from(nanos, condition(row));
        last = nanos;
      }
      return steps.build(LinkSchedule.ONCE);
    }
  }

  private static LinkSchedule repeating(
      LinkSchedule.Builder steps, long period, TraceTable.Row row, TraceTable table) {
    if (period == 0) {
      throw row.wrong("it repeats before anything happened", "Begin with a condition");
    }
    TraceTable.Row after = table.next();
    if (after != null) {
      throw after.wrong("it follows the line that repeats", "Let that be the last");
    }
    return steps.build(period);
  }

  private static LinkCondition condition(TraceTable.Row row) {
    boolean up =
        switch (row.text(UP)) {
          case "1" -> true;
          case "0" -> false;
          default ->
              throw row.wrong(
                  "up is '" + row.text(UP) + "'", "Write 1, 0, or repeat in the last line");
        };
    LinkCondition said =
        new LinkCondition(
            up,
            row.valueOrUnsaid("up_bps", 0, MAX_BITS_PER_SECOND),
            row.valueOrUnsaid("down_bps", 0, MAX_BITS_PER_SECOND),
            row.delayNanos("latency_ms", 1),
            row.delayNanos("jitter_ms", 1),
            row.valueOrUnsaid("loss", 0, 1));
    return up ? said : LinkCondition.DOWN;
  }
}
