package io.ebbmesh.sim.backlog;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lets the packets between a node and its hub vanish, first while the node makes insights, then
 * while it is idle, and looks into the logs of both.
 *
 * @param liveness after which either side gives up a silent session
 */
record HalfOpenRun(Duration liveness, double perSecond) {

  private static final String SESSION = "ebbmesh.sync.session.";
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long LOOK_MILLIS = 20;
  private static final String HUB_NOTICED =
      Ground.NODE.value() + " was sent away \\(nothing-heard\\): .*";

  /** A side speaks this often within the liveness deadline, as by the program's own settings. */
  private static final int HEARTBEATS = 3;

  /** The program's own deadline and this are the 45 s in which silence must be noticed. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /** What the program itself has. */
  static Duration usualLiveness() {
    return ConfigFactory.defaultReference().getDuration(SESSION + "liveness-deadline");
  }

  HalfOpenReport run(Ground ground, NamespaceLink link) throws Exception {
    Map<String, Object> settings = new TreeMap<>(Ground.usualWaits());
    settings.put(SESSION + "liveness-deadline", millis(liveness));
    List<String> producers = new ArrayList<>(ground.untilStopped());
    producers.addAll(List.of("--per-second", Double.toString(perSecond)));
    ground.startHub(
        Map.of(
            SESSION + "hub.liveness-deadline",
            millis(liveness),
            SESSION + "hub.heartbeat",
            millis(liveness.dividedBy(HEARTBEATS))));
    ground.startNode(producers, settings);
    ground.sessionUpAtMillis();
    awaitHeld(ground, 1);
    Thread.sleep(SETTLE.toMillis());

    final Silence busy = silence(ground, link);
    ground.stopProducing();
    long made = Long.parseLong(ground.awaitSaid("fed (\\d+)", LIMIT).group(1));
    awaitHeld(ground, made);
    final double drained = since(busy.restoredAtMillis());
    // The backlog has been acknowledged by then, and only heartbeats are on their way.
    Thread.sleep(SETTLE.toMillis());
    final Silence idle = silence(ground, link);
    final double idleDrained = since(idle.restoredAtMillis());
    return new HalfOpenReport(
        liveness.plus(SLACK).toMillis() / 1e3,
        busy.figures(drained),
        idle.figures(idleDrained),
        ground.stop());
  }

  private static String millis(Duration time) {
    return time.toMillis() + " ms";
  }

  private record Silence(
      long cutAtMillis, long node, long hub, long restoredAtMillis, long connectedAtMillis) {

    HalfOpenReport.Silence figures(double drained) {
      return new HalfOpenReport.Silence(
          (node - cutAtMillis) / 1e3,
          (hub - cutAtMillis) / 1e3,
          (restoredAtMillis - cutAtMillis) / 1e3,
          (connectedAtMillis - restoredAtMillis) / 1e3,
          drained);
    }
  }

  private static Silence silence(Ground ground, NamespaceLink link)
      throws IOException, InterruptedException {
    link.cut();
    final long cut = System.currentTimeMillis();
    final long node =
        Ground.awaitLogged(ground.node(), ".* session with hub .* is over: .*", cut, LIMIT);
    final long hub = Ground.awaitLogged(ground.hub(), ".* " + HUB_NOTICED, cut, LIMIT);
    link.restore();
    final long restored = System.currentTimeMillis();
    return new Silence(
        cut,
        node,
        hub,
        restored,
        Ground.awaitLogged(ground.node(), ".* session with hub .* is up", restored, LIMIT));
  }

  private static double since(long millis) {
    return (System.currentTimeMillis() - millis) / 1e3;
  }

  private static void awaitHeld(Ground ground, long count)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (ground.held(Lane.INSIGHT).count() < count) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the hub holds " + ground.held(Lane.INSIGHT) + ", not " + count + " insights");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
