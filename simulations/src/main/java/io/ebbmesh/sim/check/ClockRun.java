package io.ebbmesh.sim.check;

import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.LinkProxy;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A node in 1970: connects and delivers; then starts again without a link and without what it kept
 * of the time, accepts, and delivers once the link is back.
 */
final class ClockRun {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(90);
  private static final long MAX_ERROR_MILLIS = 2_000;
  private static final String NODE = "node";
  private static final int PER_PHASE = 20;
  private static final long PAUSE_MILLIS = 100;

  private record Span(long fromMillis, long toMillis) {

    /** How far a time lies outside. */
    long distance(long millis) {
      return Math.max(0, Math.max(fromMillis - millis, millis - toMillis));
    }
  }

  private final Children children;
  private final Map<String, Span> accepted = new TreeMap<>();

  ClockRun(Children children) {
    this.children = children;
  }

  ClockReport run(Map<String, String> environment)
      throws IOException, InterruptedException, IdentityException {
    Deployment deployment = children.deployment();
    int hubPort = Deployment.freePort();
    Path hub = deployment.writeHub(hubPort, Map.of("ebbmesh.hub.models.train-detector", "builtin"));
    children
        .start(Deployment.HUB, Map.of(), List.of("hub", "--config", hub.toString()))
        .awaitReady(START_LIMIT);
    Path store = deployment.dataDir(Deployment.HUB).resolve("insights.db");
    NodeDoor door = new NodeDoor(Deployment.freePort());
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), hubPort);
    try (LinkProxy link = LinkProxy.start(0, target)) {
      Path settings =
          deployment.writeNode(
              NODE,
              link.port(),
              Map.of(
                  "ebbmesh.node.http.enabled",
                  true,
                  "ebbmesh.node.http.port",
                  door.port(),
                  "ebbmesh.sync.session.backoff-cap",
                  "1 s"));
      ProgramProcess node =
          children.start(NODE, environment, List.of("node", "--config", settings.toString()));
      node.awaitReady(START_LIMIT);
      Wait.until("the node has fetched its model", START_LIMIT, door::serves);
      require1970(node);
      System.out.println("the node believes in 1970, has connected and fetched its model");
      post(door, "first");
      Wait.until("the hub holds it", DELIVERY_LIMIT, () -> delivered(store) == PER_PHASE);
      link.cut();
      node.kill();
      FakeTime.forget(node.pid());
      forgetTime(deployment.dataDir(NODE));
      node.restart();
      node.awaitReady(START_LIMIT);
      Wait.until("the node serves its model again", START_LIMIT, door::serves);
      System.out.println("the node is in 1970 again, and has no link");
      post(door, "offline");
      link.restore();
      Wait.until("the hub holds it all", DELIVERY_LIMIT, () -> delivered(store) == 2 * PER_PHASE);
      node.kill();
      FakeTime.forget(node.pid());
    }
    return judge(times(store));
  }

  private static void require1970(ProgramProcess node) throws IOException {
    if (node.output().lines().noneMatch(line -> line.startsWith("1970-01-01"))) {
      throw new IOException("libfaketime took no effect: the node's log is not dated 1970");
    }
  }

  private void post(NodeDoor door, String phase) throws IOException, InterruptedException {
    for (int i = 0; i < PER_PHASE; i++) {
      String key = String.format(Locale.ROOT, "%s-%03d", phase, i);
      double drift = i * 0.01;
      long from = System.currentTimeMillis();
      Wait.until(
          "reading " + key + " is accepted",
          DELIVERY_LIMIT,
          () -> door.post(key, "mote-1", 30 + drift, 43 - drift));
      accepted.put("http/" + key, new Span(from, System.currentTimeMillis()));
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static List<HubStoreReport.TimeReport> times(Path store) {
    try (HubStoreReport report = HubStoreReport.open(store)) {
      return report.times();
    }
  }

  private static int delivered(Path store) throws IOException {
    return times(store).size();
  }

  /** As on a board that never kept the time: what the node knows of it is taken away. */
  private static void forgetTime(Path dataDir) throws IOException {
    try (Stream<Path> files = Files.list(dataDir)) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(path -> path.getFileName().toString().startsWith("clock"))
              .toList()) {
        Files.delete(file);
      }
    }
  }

  private ClockReport judge(List<HubStoreReport.TimeReport> rows) {
    long furthest = 0;
    long furthestOfNode = 0;
    long lowerBound = 0;
    int known = 0;
    Map<String, Long> byQuality = new TreeMap<>();
    for (HubStoreReport.TimeReport row : rows) {
      Span span = accepted.get(row.source());
      if (span == null) {
        continue;
      }
      known++;
      furthest = Math.max(furthest, span.distance(row.wallMillis()));
      furthestOfNode = Math.max(furthestOfNode, span.distance(row.nodeWallMillis()));
      lowerBound += row.nodeQuality() == ClockQuality.LOWER_BOUND ? 1 : 0;
      byQuality.merge(row.quality().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
    }
    boolean held = known == accepted.size() && furthest <= MAX_ERROR_MILLIS;
    return new ClockReport(
        accepted.size(), known, PER_PHASE, lowerBound, furthestOfNode, furthest, byQuality, held);
  }
}
