package io.ebbmesh.sim.check;

import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.LinkProxy;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A hub and a node whose wall clocks follow files, a link between them, and the source's log. */
final class JumpGround implements AutoCloseable {

  private static final String NODE = "node";
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int READINGS = 10;

  /** The library looks again after a second, the node and the hub at what is old as well. */
  private static final long SETTLE_MILLIS = 2_500;

  private final Path nodeOffset;
  private final Path hubOffset;
  private final Path store;
  private final NodeDoor door;
  private final LinkProxy link;
  private final ProgramProcess hub;
  private final ProgramProcess node;
  private final TreeSet<String> accepted = new TreeSet<>();
  private int jumps;
  private long backAfterMillis;

  private JumpGround(
      Deployment deployment,
      NodeDoor door,
      LinkProxy link,
      ProgramProcess hub,
      ProgramProcess node) {
    this.nodeOffset = offset(deployment, NODE);
    this.hubOffset = offset(deployment, Deployment.HUB);
    this.store = deployment.dataDir(Deployment.HUB).resolve("insights.db");
    this.door = door;
    this.link = link;
    this.hub = hub;
    this.node = node;
  }

  private static Path offset(Deployment deployment, String role) {
    return deployment.root().resolve(role + ".faketime");
  }

  static JumpGround start(Children children, Deployment deployment)
      throws IOException, InterruptedException, IdentityException {
    int hubPort = Deployment.freePort();
    NodeDoor door = new NodeDoor(Deployment.freePort());
    LinkProxy link =
        LinkProxy.start(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), hubPort));
    Path hubSettings = deployment.writeHub(hubPort, hubSettings());
    Path nodeSettings = deployment.writeNode(NODE, link.port(), nodeSettings(door.port()));
    FakeTime.write(offset(deployment, NODE), Duration.ZERO);
    FakeTime.write(offset(deployment, Deployment.HUB), Duration.ZERO);
    ProgramProcess hub =
        children.start(
            Deployment.HUB,
            FakeTime.following(offset(deployment, Deployment.HUB)),
            List.of("hub", "--config", hubSettings.toString()));
    hub.awaitReady(LIMIT);
    ProgramProcess node =
        children.start(
            NODE,
            FakeTime.following(offset(deployment, NODE)),
            List.of("node", "--config", nodeSettings.toString()));
    node.awaitReady(LIMIT);
    Wait.until("the node has fetched its model", LIMIT, door::serves);
    return new JumpGround(deployment, door, link, hub, node);
  }

  private static Map<String, Object> hubSettings() {
    return Map.of(
        "ebbmesh.hub.models.train-detector",
        "builtin",
        "ebbmesh.hub.retention.max-age",
        "30 days",
        "ebbmesh.hub.retention.interval",
        "1 s",
        "ebbmesh.sync.session.hub.heartbeat",
        "1 s");
  }

  private static Map<String, Object> nodeSettings(int port) {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("ebbmesh.node.http.enabled", true);
    settings.put("ebbmesh.node.http.port", port);
    settings.put("ebbmesh.sync.session.backoff-cap", "1 s");
    settings.put("ebbmesh.sync.outbox.relief.interval", "1 s");
    for (String lane : List.of("alarm", "insight")) {
      settings.put("ebbmesh.sync.lanes." + lane + ".time-to-live", "1 h");
    }
    return settings;
  }

  /** Offers readings until each is accepted. */
  void post() throws IOException, InterruptedException {
    for (int i = 0; i < READINGS; i++) {
      String key = String.format(Locale.ROOT, "r-%04d", accepted.size());
      double drift = accepted.size() % 20 * 0.01;
      Wait.until(
          "reading " + key + " is accepted",
          LIMIT,
          () -> door.post(key, "mote-1", 30 + drift, 43 - drift));
      accepted.add("http/" + key);
    }
  }

  /** Offers more, and waits until the hub has all. */
  void deliver() throws IOException, InterruptedException {
    post();
    Wait.until("the hub has all of " + accepted.size(), LIMIT, () -> rows() >= accepted.size());
  }

  private long rows() {
    try (HubStoreReport report = HubStoreReport.open(store)) {
      return report.lanes().stream().mapToLong(LaneReport::rows).sum();
    }
  }

  void cut() {
    link.cut();
  }

  void restore() {
    link.restore();
  }

  void setNode(Duration ahead) throws IOException, InterruptedException {
    jump(nodeOffset, ahead);
  }

  void setHub(Duration ahead) throws IOException, InterruptedException {
    jump(hubOffset, ahead);
  }

  private void jump(Path offset, Duration ahead) throws IOException, InterruptedException {
    FakeTime.write(offset, ahead);
    jumps++;
    settle();
  }

  /** Long enough for whatever looks at clocks to have looked. */
  void settle() throws InterruptedException {
    Thread.sleep(SETTLE_MILLIS);
  }

  void restartNode() throws IOException, InterruptedException {
    restart(node);
    String year = yearAfter(FakeTime.read(nodeOffset)) + "-";
    if (node.output().lines().noneMatch(line -> line.startsWith(year))) {
      throw new IOException("libfaketime took no effect: the node's log is not dated " + year);
    }
    Wait.until("the node serves its model again", LIMIT, door::serves);
  }

  void restartHub() throws IOException, InterruptedException {
    restart(hub);
  }

  private static void restart(ProgramProcess process) throws IOException, InterruptedException {
    process.kill();
    FakeTime.forget(process.pid());
    process.restart();
    process.awaitReady(LIMIT);
  }

  /** Waits until the hub refuses the node, because of its clock. */
  void awaitSentAway(Duration ahead) throws IOException, InterruptedException {
    String year = yearAfter(ahead) + "-";
    Wait.until(
        "the hub sends the node away in " + year,
        LIMIT,
        () ->
            hub.output()
                .lines()
                .anyMatch(line -> line.startsWith(year) && line.contains("sent away")));
  }

  private static int yearAfter(Duration ahead) {
    return Instant.now().plus(ahead).atOffset(ZoneOffset.UTC).getYear();
  }

  /**
   * @return after how many milliseconds it is up
   */
  long awaitSession() throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    Wait.until(
        "the session is back", LIMIT, () -> door.status().path("sessionUp").asBoolean(false));
    long millis = (System.nanoTime() - startNanos) / 1_000_000;
    backAfterMillis = Math.max(backAfterMillis, millis);
    return millis;
  }

  JumpReport report() {
    try (HubStoreReport report = HubStoreReport.open(store)) {
      List<LaneReport> lanes = report.lanes();
      TreeSet<String> missing = new TreeSet<>(accepted);
      TreeSet<String> seen = new TreeSet<>();
      long duplicates = 0;
      for (HubStoreReport.TimeReport row : report.times()) {
        missing.remove(row.source());
        duplicates += seen.add(row.source()) ? 0 : 1;
      }
      return new JumpReport(
          jumps,
          accepted.size(),
          missing.size(),
          duplicates,
          lanes.stream().mapToLong(lane -> lane.declaredLost().count()).sum(),
          lanes.stream().mapToLong(lane -> lane.expired().count()).sum(),
          lanes.stream().allMatch(LaneReport::balances),
          backAfterMillis);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (ProgramProcess process : List.of(node, hub)) {
      process.kill();
      FakeTime.forget(process.pid());
    }
    link.close();
  }
}
