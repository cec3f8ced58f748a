package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Fills a node that has no hub, gives it one, and waits until the hub has everything.
 *
 * @param inFlight offers without an answer; with more than one each insight is still a block of its
 *     own, but blocks share syncs
 */
record DrainRun(long records, Lane lane, int sizeBytes, int inFlight) {

  /** A slow disk needs this long for each sync. */
  private static final long SLOWEST_SYNC_MILLIS = 20;

  private static final Duration FILL_LEAST = Duration.ofSeconds(120);
  private static final long LOOK_MILLIS = 5;

  /**
   * What was measured while it ran.
   *
   * @param fillMillis until all were accepted
   * @param drainMillis from the session being up until all were stored
   * @param bytesUp that went up by then
   */
  record Times(long fillMillis, long drainMillis, long bytesUp) {}

  String accepted() {
    return inFlight == 1
        ? "one at a time, each with a sync of its own"
        : "each in a block of its own, " + inFlight + " in flight, so that blocks shared syncs";
  }

  Times run(Ground ground) throws Exception {
    long fillMillis = fill(ground);
    ground.startHub();
    ground.link().mend();
    long up = ground.sessionUpAtMillis();
    Stall stall = new Stall();
    long held = 0;
    while (held < records) {
      held = ground.held(lane).count();
      stall.look(held);
      Thread.sleep(LOOK_MILLIS);
    }
    return new Times(fillMillis, System.currentTimeMillis() - up, ground.link().bytesUp());
  }

  private long fill(Ground ground) throws Exception {
    Map<String, Object> settings =
        inFlight == 1 ? Map.of() : Map.of("ebbmesh.sync.outbox.max-block-insights", 1);
    ground.startNode(
        List.of(
            "--lane", lane.id(),
            "--backlog", Long.toString(records),
            "--in-flight", Integer.toString(inFlight),
            "--size", Integer.toString(sizeBytes)),
        settings);
    Duration atMost = FILL_LEAST.plusMillis(SLOWEST_SYNC_MILLIS * records);
    long millis = Long.parseLong(ground.awaitSaid("filled \\d+ in (\\d+) ms", atMost).group(1));
    ground.awaitSaid("fed \\d+", FILL_LEAST);
    return Math.max(1, millis);
  }

  /** A drain that does not go on is over. */
  static final class Stall {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private long last = -1;
    private long sinceNanos = System.nanoTime();

    void look(long count) throws IOException {
      long now = System.nanoTime();
      if (count != last) {
        last = count;
        sinceNanos = now;
      } else if (now - sinceNanos > LIMIT.toNanos()) {
        throw new IOException(
            "the hub holds " + count + " and got nothing more for " + LIMIT.toSeconds() + " s");
      }
    }
  }
}
