package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sim.process.HostileFrames;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lets a node make insights at a pace while its frames are tampered with, then waits until the hub
 * has everything.
 *
 * @param leastFrames are tampered with, if it takes longer on a slow machine
 * @param usualWaits whether node and hub wait before the next dial as the program does; otherwise
 *     short, so that there are many sessions
 */
record FramesRun(Duration time, long leastFrames, double perSecond, boolean usualWaits) {

  private static final Duration START_LIMIT = Duration.ofSeconds(120);

  /** Longer than the longest wait: a backoff after a refusal with "retry after". */
  private static final Duration STANDSTILL = Duration.ofSeconds(30);

  private static final Duration USUAL_STANDSTILL = Duration.ofSeconds(150);

  private static final double ALARMS_PER_MINUTE = 300;

  private static final long LOOK_MILLIS = 20;
  private static final String SESSION_UP = "(?m)^.* session with hub .* is up$";
  private static final String COUNTED = "since the start: ";

  /** A frame that is skipped as one of a newer program is missed when nothing follows it. */
  private static final Map<String, ?> SHORT_WAITS_NODE =
      Map.of("ebbmesh.sync.uplink.progress-deadline", "5 s");

  private static final Map<String, ?> SHORT_WAITS_HUB =
      Map.of("ebbmesh.sync.session.hub.busy-retry-after", "1 s");

  FramesReport run(Ground ground, TamperedLink link, HostileFrames hostile) throws Exception {
    List<String> producers = new ArrayList<>(ground.untilStopped());
    producers.addAll(List.of("--per-second", Double.toString(perSecond)));
    producers.addAll(List.of("--alarms-per-minute", Double.toString(ALARMS_PER_MINUTE)));
    ground.startHub(usualWaits ? Map.of() : SHORT_WAITS_HUB);
    ground.startNode(producers, usualWaits ? Ground.usualWaits() : SHORT_WAITS_NODE);
    ground.awaitSaid("filled 0 in (\\d+) ms", START_LIMIT);

    final long before = held(ground);
    final long beginMillis = System.currentTimeMillis();
    final long beginNanos = System.nanoTime();
    Thread.sleep(time.toMillis());
    while (link.proxy().frames() < leastFrames) {
      Thread.sleep(LOOK_MILLIS);
    }
    final double seconds = (System.nanoTime() - beginNanos) / 1e9;
    final long endMillis = System.currentTimeMillis();
    final long meanwhile = held(ground) - before;
    hostile.calm();
    ground.stopProducing();
    awaitHeld(ground);
    final double drainSeconds = (System.currentTimeMillis() - endMillis) / 1e3;

    Ledger books = ground.stop();
    return new FramesReport(
        seconds,
        ground.node().output().lines().filter(line -> line.matches(SESSION_UP)).count(),
        link.proxy().connections(),
        link.proxy().frames(),
        hostile.duplicated(),
        hostile.heldBack(),
        link.proxy().overtaken(),
        hostile.corrupted(),
        madeBetween(ground.account(), beginMillis, endMillis),
        meanwhile,
        meanwhile / seconds,
        drainSeconds,
        books.produced() - books.stored() - books.quarantined(),
        quarantinedUnbroken(ground, hostile),
        counted(ground),
        books);
  }

  private static long held(Ground ground) {
    return ground.held(Lane.INSIGHT).count() + ground.held(Lane.ALARM).count();
  }

  /** Whoever gets nothing more is not waited for: the books say what is missing. */
  private void awaitHeld(Ground ground) throws IOException, InterruptedException {
    long made = Long.parseLong(ground.awaitSaid("fed (\\d+)", START_LIMIT).group(1));
    long limitNanos = (usualWaits ? USUAL_STANDSTILL : STANDSTILL).toNanos();
    long held = held(ground);
    long sinceNanos = System.nanoTime();
    while (held < made && System.nanoTime() - sinceNanos < limitNanos) {
      Thread.sleep(LOOK_MILLIS);
      long now = held(ground);
      sinceNanos = now == held ? sinceNanos : System.nanoTime();
      held = now;
    }
  }

  private static long madeBetween(FeedAccount account, long fromMillis, long toMillis) {
    long made = 0;
    for (FeedAccount.Track track : account.tracks()) {
      for (int i = 0; i < track.count(); i++) {
        long at = track.madeAtMillis(i);
        made += at >= fromMillis && at < toMillis ? 1 : 0;
      }
    }
    return made;
  }

  private static long quarantinedUnbroken(Ground ground, HostileFrames hostile) {
    try (HubStoreReport store = HubStoreReport.open(ground.hubStore())) {
      long count = 0;
      for (LaneReport lane : store.lanes()) {
        SeqRanges broken = hostile.brokenBlocks(lane.lane());
        count += lane.quarantined().minus(broken).count();
      }
      return count;
    }
  }

  private static String counted(Ground ground) throws IOException {
    return ground
        .hub()
        .output()
        .lines()
        .filter(line -> line.contains(COUNTED))
        .map(line -> line.substring(line.indexOf(COUNTED) + COUNTED.length()))
        .reduce("nothing", (earlier, later) -> later);
  }
}
