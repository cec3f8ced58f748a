package io.ebbmesh.sim.backlog;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * A reconnect after days offline, while production goes on.
 *
 * @param firstLiveSeconds from the session being up until the hub held the first insight that was
 *     made after that
 * @param alarmWorstSeconds of the alarms made while the backlog drained: from when it was due to
 *     being at the hub; null if there were none
 * @param liveP99Seconds the same of insights
 * @param backfillSeconds from the session being up until the hub held the backlog
 * @param written how the backlog came into the store
 */
@JsonPropertyOrder({
  "firstLiveSeconds",
  "alarmWorstSeconds",
  "alarmP99Seconds",
  "backfillSeconds",
  "backlog"
})
record BacklogReport(
    double firstLiveSeconds,
    @Nullable Double alarmWorstSeconds,
    @Nullable Double alarmP99Seconds,
    double backfillSeconds,
    long backlog,
    long alarms,
    long live,
    @Nullable Double liveP99Seconds,
    @Nullable Double liveWorstSeconds,
    double backfillPerSecond,
    double bytesPerInsight,
    String written,
    @Nullable LinkFigures link,
    Ledger books) {

  static final double FIRST_LIVE_LIMIT_SECONDS = 5;
  static final double ALARM_LIMIT_SECONDS = 1;

  boolean holds() {
    return books.complete()
        && firstLiveSeconds <= FIRST_LIVE_LIMIT_SECONDS
        && alarmWorstSeconds != null
        && alarmWorstSeconds <= ALARM_LIMIT_SECONDS;
  }
}
