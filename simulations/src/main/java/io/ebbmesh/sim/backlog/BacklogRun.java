package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the backlog of days, lets production go on, mends the link, and looks at the hub until it
 * has everything.
 *
 * @param backlog insights that wait when the link is mended
 * @param perSecond live insights a second
 * @param alarmsPerMinute live alarms
 */
record BacklogRun(long backlog, double perSecond, double alarmsPerMinute, int sizeBytes) {

  /** Offers in flight while the backlog is written: blocks fill up to the outbox's limit. */
  static final int IN_FLIGHT = 5_000;

  private static final Duration FILL_LIMIT = Duration.ofMinutes(60);
  private static final long LOOK_MILLIS = 10;

  /** Live production before the mend: what is fresh is not only what comes after it. */
  private static final long OFFLINE_MILLIS = 3_000;

  /** And after the backfill, so that alarms have more than a moment of quiet to compare with. */
  private static final long AFTER_MILLIS = 2_000;

  /**
   * What was seen.
   *
   * @param upAtMillis the session was up
   * @param backfilledAtMillis the hub held the backlog
   * @param bytesUp by then
   */
  record Seen(
      long upAtMillis, long backfilledAtMillis, long bytesUp, Arrivals insights, Arrivals alarms) {

    double backfillSeconds() {
      return Math.max(1, backfilledAtMillis - upAtMillis) / 1e3;
    }
  }

  Seen run(Ground ground) throws Exception {
    List<String> producers = new ArrayList<>(ground.untilStopped());
    producers.addAll(List.of("--backlog", Long.toString(backlog)));
    producers.addAll(List.of("--in-flight", Integer.toString(IN_FLIGHT)));
    producers.addAll(List.of("--size", Integer.toString(sizeBytes)));
    producers.addAll(List.of("--per-second", Double.toString(perSecond)));
    producers.addAll(List.of("--alarms-per-minute", Double.toString(alarmsPerMinute)));
    ground.startNode(producers, Map.of());
    ground.awaitSaid("filled \\d+ in (\\d+) ms", FILL_LIMIT);
    ground.startHub();
    Thread.sleep(OFFLINE_MILLIS);
    ground.link().mend();
    Arrivals insights = new Arrivals(Lane.INSIGHT);
    Arrivals alarms = new Arrivals(Lane.ALARM);
    DrainRun.Stall stall = new DrainRun.Stall();
    while (insights.held().isEmpty() || insights.held().ranges().get(0).last() < backlog) {
      look(ground, insights, alarms);
      stall.look(insights.held().count());
    }
    final long backfilled = System.currentTimeMillis();
    final long bytes = ground.link().bytesUp();
    while (System.currentTimeMillis() < backfilled + AFTER_MILLIS) {
      look(ground, insights, alarms);
    }
    ground.stopProducing();
    long made = Long.parseLong(ground.awaitSaid("fed (\\d+)", FILL_LIMIT).group(1));
    while (insights.held().count() + alarms.held().count() < made) {
      look(ground, insights, alarms);
      stall.look(insights.held().count() + alarms.held().count());
    }
    return new Seen(ground.sessionUpAtMillis(), backfilled, bytes, insights, alarms);
  }

  private static void look(Ground ground, Arrivals insights, Arrivals alarms)
      throws InterruptedException {
    // The time after the look: an arrival is not seen before it was.
    var heldInsights = ground.held(Lane.INSIGHT);
    var heldAlarms = ground.held(Lane.ALARM);
    long now = System.currentTimeMillis();
    insights.look(heldInsights, now);
    alarms.look(heldAlarms, now);
    Thread.sleep(LOOK_MILLIS);
  }
}
