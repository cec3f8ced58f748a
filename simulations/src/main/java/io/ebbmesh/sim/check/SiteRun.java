package io.ebbmesh.sim.check;

import io.ebbmesh.node.detector.SensorData;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** A hub and three nodes; two of the nodes die and come back. */
final class SiteRun {

  /** Longest pause of a node that decides by itself: a few seconds, on a busy machine. */
  private static final double MAX_GAP_SECONDS = 5;

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration WHOLE_LIMIT = Duration.ofMinutes(5);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
  private static final int WARM = 50;
  private static final int NODES = 3;

  private final Children children;
  private final String accelerator;
  private final List<NodeDoor> doors = new ArrayList<>();
  private final List<ProgramProcess> nodes = new ArrayList<>();
  private final SourceTail third;

  SiteRun(Children children, String accelerator) {
    this.children = children;
    this.accelerator = accelerator;
    this.third = new SourceTail(sourceLog(NODES - 1));
  }

  SiteReport run(int downSeconds) throws IOException, InterruptedException, IdentityException {
    startAll();
    Wait.until("the site has three members, and all decide", WHOLE_LIMIT, this::isWarm);
    System.out.println("the site has three members; two of them die");
    long pid = nodes.get(NODES - 1).pid();
    third.look();
    int before = third.acceptedCount();
    third.startGap();
    nodes.get(0).kill();
    nodes.get(1).kill();
    watch(Duration.ofSeconds(downSeconds));
    int meanwhile = third.acceptedCount() - before;
    System.out.println("the two start again");
    nodes.get(0).restart();
    nodes.get(1).restart();
    long restarted = System.nanoTime();
    Wait.until("the site is whole again", WHOLE_LIMIT, this::isWhole);
    final double wholeAfter = (System.nanoTime() - restarted) / 1e9;
    // Its neighbours decide for it as soon as they have joined and advertised their models.
    int atWhole = third.acceptedCount();
    Wait.until("the third goes on", SETTLE_LIMIT, () -> acceptedMoreThan(atWhole + WARM));
    final double gap = third.longestGapSeconds();
    BitSet produced = third.produced();
    Wait.until("all that was produced is accepted", SETTLE_LIMIT, () -> hasAccepted(produced));
    boolean samePid = nodes.get(NODES - 1).isAlive() && nodes.get(NODES - 1).pid() == pid;
    boolean throughout = meanwhile > 0 && gap <= MAX_GAP_SECONDS;
    return new SiteReport(
        accelerator,
        downSeconds,
        produced.cardinality(),
        third.acceptedOf(produced),
        meanwhile,
        gap,
        wholeAfter,
        samePid,
        samePid && (throughout || accelerator.equals("none")));
  }

  private void startAll() throws IOException, InterruptedException, IdentityException {
    Deployment deployment = children.deployment();
    int hubPort = Deployment.freePort();
    Path hub = deployment.writeHub(hubPort, Map.of("ebbmesh.hub.models.train-detector", "builtin"));
    children
        .start(Deployment.HUB, Map.of(), List.of("hub", "--config", hub.toString()))
        .awaitReady(START_LIMIT);
    Path readings = deployment.root().resolve("readings.csv");
    try (InputStream shipped = SensorData.class.getResourceAsStream("/wsn/multi-hop.csv")) {
      if (shipped == null) {
        throw new IOException("the program was built without its sensor data");
      }
      Files.copy(shipped, readings);
    }
    List<Integer> sitePorts = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      sitePorts.add(Deployment.freePort());
    }
    List<String> seeds = sitePorts.stream().map(port -> "127.0.0.1:" + port).toList();
    for (int i = 0; i < NODES; i++) {
      NodeDoor door = new NodeDoor(Deployment.freePort());
      doors.add(door);
      Path settings =
          deployment.writeNode(
              name(i),
              hubPort,
              Map.ofEntries(
                  Map.entry("ebbmesh.node.accelerator", i == NODES - 1 ? accelerator : "cpu"),
                  Map.entry("ebbmesh.node.http.enabled", true),
                  Map.entry("ebbmesh.node.http.port", door.port()),
                  Map.entry("ebbmesh.node.csv.file", readings.toString()),
                  Map.entry("ebbmesh.node.csv.source-log", sourceLog(i).toString()),
                  Map.entry("ebbmesh.node.csv.interval", "50 ms"),
                  Map.entry("ebbmesh.node.site.enabled", true),
                  Map.entry("ebbmesh.node.site.port", sitePorts.get(i)),
                  Map.entry("ebbmesh.node.site.seeds", seeds)));
      nodes.add(
          children.start(name(i), Map.of(), List.of("node", "--config", settings.toString())));
    }
    for (ProgramProcess node : nodes) {
      node.awaitReady(START_LIMIT);
    }
  }

  private boolean isWarm() throws IOException, InterruptedException {
    third.look();
    return third.acceptedCount() >= WARM
        && doors.get(0).serves()
        && doors.get(1).serves()
        && isWhole();
  }

  private boolean isWhole() throws IOException, InterruptedException {
    third.look();
    requireAlive();
    for (NodeDoor door : doors) {
      if (door.membersUp() != NODES) {
        return false;
      }
      third.look();
    }
    return true;
  }

  private boolean acceptedMoreThan(int count) throws IOException, InterruptedException {
    third.look();
    requireAlive();
    return third.acceptedCount() > count;
  }

  private boolean hasAccepted(BitSet positions) throws IOException, InterruptedException {
    third.look();
    requireAlive();
    return third.acceptedOf(positions) == positions.cardinality();
  }

  private void watch(Duration time) throws IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      third.look();
      requireAlive();
      Thread.sleep(20);
    }
  }

  private void requireAlive() throws IOException {
    if (!nodes.get(NODES - 1).isAlive()) {
      throw new IOException("the third node ended by itself");
    }
  }

  private Path sourceLog(int index) {
    return children.deployment().root().resolve(name(index) + ".source.log");
  }

  private static String name(int index) {
    return "node-" + (index + 1);
  }
}
