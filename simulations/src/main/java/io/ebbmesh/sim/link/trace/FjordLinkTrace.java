package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;
import java.util.List;

/**
 * The state of a dish once a second, as FjordLink recorded it. Its rates are traffic that flowed
 * and no capacity, so they stay unsaid. Repeats after its last line, which holds as long as the one
 * before it did.
 */
final class FjordLinkTrace {

  static final String TIME = "t_ms";
  static final String STATE = "state";
  private static final String DROPPED = "ping_drop_rate";
  private static final String ROUND_TRIP = "rtt_ms";
  private static final String CONNECTED = "CONNECTED";
  private static final long NANOS_OF_ONLY_LINE = 1_000_000_000;

  private FjordLinkTrace() {}

  static LinkSchedule read(Path file) {
    LinkSchedule.Builder steps = LinkSchedule.builder();
    try (TraceTable table =
        TraceTable.withAtLeast(file, List.of(TIME, STATE, DROPPED, ROUND_TRIP))) {
      long first = -1;
      long start = -1;
      long length = NANOS_OF_ONLY_LINE;
      for (TraceTable.Row row = table.next(); row != null; row = table.next()) {
        long nanos = row.millisAsNanos(TIME);
        if (first < 0) {
          first = nanos;
        }
        if (nanos - first <= start) {
          throw row.timeRunsBack(TIME);
        }
        length = start < 0 ? length : nanos - first - start;
        start = nanos - first;
        steps.from(start, condition(row));
      }
      return steps.build(start + length);
    }
  }

  private static LinkCondition condition(TraceTable.Row row) {
    double dropped = row.value(DROPPED, 0, 1);
    if (dropped == 1 || !row.text(STATE).equals(CONNECTED)) {
      return LinkCondition.DOWN;
    }
    return new LinkCondition(
        true,
        LinkCondition.UNSAID,
        LinkCondition.UNSAID,
        row.delayNanos(ROUND_TRIP, 0.5),
        LinkCondition.UNSAID,
        dropped);
  }
}
