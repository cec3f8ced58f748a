package io.ebbmesh.sync.session;

import java.util.EnumMap;
import java.util.Map;

/** Counts who was sent away, and says which of them to log: a flood must not fill the log. */
final class DoorBook {

  private static final long LOG_EVERY_NANOS = 1_000_000_000L;

  private final Map<DoorCause, Long> counts = new EnumMap<>(DoorCause.class);
  private final Map<DoorCause, Long> logAtNanos = new EnumMap<>(DoorCause.class);
  private final Map<DoorCause, Long> unlogged = new EnumMap<>(DoorCause.class);

  DoorBook() {
    for (DoorCause cause : DoorCause.values()) {
      counts.put(cause, 0L);
    }
  }

  /**
   * @return how many of this cause were not logged since the last that was; -1 if this one is not
   *     to be logged either
   */
  long count(long nowNanos, DoorCause cause) {
    counts.merge(cause, 1L, Long::sum);
    if (nowNanos < logAtNanos.getOrDefault(cause, Long.MIN_VALUE)) {
      unlogged.merge(cause, 1L, Long::sum);
      return -1;
    }
    logAtNanos.put(cause, nowNanos + LOG_EVERY_NANOS);
    Long since = unlogged.remove(cause);
    return since == null ? 0 : since;
  }

  Map<DoorCause, Long> counts() {
    return new EnumMap<>(counts);
  }
}
