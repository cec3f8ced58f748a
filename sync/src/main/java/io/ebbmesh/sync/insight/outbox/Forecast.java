package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.LaneRelief.LaneRoom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * How fast the lanes fill and how fast a hub empties them, from what they counted: pure, fed with
 * (now, rooms).
 */
final class Forecast {

  private static final long NANOS_PER_HOUR = Duration.ofHours(1).toNanos();
  private static final long SPACING_NANOS = Duration.ofMinutes(1).toNanos();

  /** The rate is that of the last hour. */
  private static final int MAX_POINTS = 61;

  private record Point(long atNanos, Map<Lane, LaneRoom> rooms) {}

  private final ArrayDeque<Point> points = new ArrayDeque<>();
  private Point last = new Point(0, new EnumMap<>(Lane.class));
  private long linkBytesPerSecond = -1;

  /** The lanes were asked. */
  void look(long nowNanos, Map<Lane, LaneRoom> rooms) {
    Point now = new Point(nowNanos, new EnumMap<>(rooms));
    measureLink(now);
    last = now;
    if (points.isEmpty() || nowNanos - points.getLast().atNanos() >= SPACING_NANOS) {
      points.add(now);
      if (points.size() > MAX_POINTS) {
        points.remove();
      }
    }
  }

  /** What was acknowledged while more waited: otherwise the link had nothing to do. */
  private void measureLink(Point now) {
    long nanos = now.atNanos() - last.atNanos();
    long acknowledged = 0;
    boolean waited = false;
    for (LaneRoom room : now.rooms().values()) {
      LaneRoom before = last.rooms().get(room.lane());
      if (before != null) {
        long more = room.acknowledged() - before.acknowledged();
        acknowledged += Math.round(more * bytesPerInsight(before));
        waited |= room.pending() > 0 && before.pending() > 0 && more > 0;
      }
    }
    if (waited && nanos > 0) {
      linkBytesPerSecond = Math.round(acknowledged * 1e9 / nanos);
    }
  }

  private static double bytesPerInsight(LaneRoom room) {
    return room.pending() == 0
        ? (double) room.acceptedBytes() / Math.max(1, room.accepted())
        : (double) room.heldBytes() / room.pending();
  }

  /** Bytes that a lane takes in within an hour, as it holds them; -1 if not known yet. */
  private double bytesPerHour(LaneRoom room) {
    if (points.isEmpty()) {
      return -1;
    }
    Point first = points.getFirst();
    LaneRoom before = first.rooms().get(room.lane());
    long nanos = last.atNanos() - first.atNanos();
    if (before == null || nanos < SPACING_NANOS) {
      return -1;
    }
    double perHour = (room.accepted() - before.accepted()) * ((double) NANOS_PER_HOUR / nanos);
    return perHour * bytesPerInsight(room);
  }

  /** Of all lanes; -1 if not known yet. */
  long bytesPerHour() {
    double sum = 0;
    for (LaneRoom room : last.rooms().values()) {
      double rate = bytesPerHour(room);
      if (rate < 0) {
        return -1;
      }
      sum += rate;
    }
    return Math.round(sum);
  }

  /**
   * @param leftOf bytes until a lane begins to give up insights
   * @param left bytes until all together do
   * @return -1 if it is not known, or never
   */
  long survivesMillis(ToLongFunction<Lane> leftOf, long left) {
    double hours = hours(left, bytesPerHour());
    for (LaneRoom room : last.rooms().values()) {
      hours = Math.min(hours, hours(leftOf.applyAsLong(room.lane()), bytesPerHour(room)));
    }
    return hours == Double.MAX_VALUE ? -1 : (long) (hours * 3_600_000);
  }

  private static double hours(long bytes, double perHour) {
    return perHour <= 0 ? Double.MAX_VALUE : bytes / perHour;
  }

  long linkBytesPerSecond() {
    return linkBytesPerSecond;
  }

  /** -1 if it is not known. */
  long drainsMillis() {
    long held = last.rooms().values().stream().mapToLong(LaneRoom::heldBytes).sum();
    if (held == 0) {
      return 0;
    }
    return linkBytesPerSecond <= 0 ? -1 : (long) (held * 1_000.0 / linkBytesPerSecond);
  }
}
