package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills a node that has no hub, gives it one, and waits until the hub has everything. */
record DrainRun(long records, Lane lane, int sizeBytes) {

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

  /**
   * @param filled null if nothing is to be kept or used again
   */
  Times run(Ground ground, @Nullable FilledStore filled) throws Exception {
    long fillMillis;
    if (filled == null) {
      fillMillis = fill(ground);
    } else {
      if (filled.exists()) {
        fillMillis = filled.use(ground.nodeData(), ground.sourceLog(), this);
      } else {
        fillMillis = fill(ground);
        ground.stopNode();
        filled.keep(ground.nodeData(), ground.sourceLog(), this, fillMillis);
      }
      ground.startNodeAlone();
    }
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
    ground.startNode(
        List.of(
            "--lane", lane.id(),
            "--backlog", Long.toString(records),
            "--size", Integer.toString(sizeBytes)),
        Map.of());
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
