package io.ebbmesh.sim.check;

import io.ebbmesh.node.detector.SensorData;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.LinkProxy;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A hub and a node as processes; the link between them flaps. */
final class FlapRun {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(5);
  private static final String NODE = "flapping";
  private static final int WARM = 50;

  /** Threads and descriptors that come and go with pools and with what is open just now. */
  private static final int FEW = 12;

  private static final long HEAP_SLACK_BYTES = 16L << 20;

  private final Children children;
  private final SourceTail source;
  private final Path sourceLog;

  FlapRun(Children children) {
    this.children = children;
    this.sourceLog = children.deployment().root().resolve("flapping.source.log");
    this.source = new SourceTail(sourceLog);
  }

  StormReport.Flap run(Duration time, int halfPeriodMillis)
      throws IOException, InterruptedException, IdentityException {
    Deployment deployment = children.deployment();
    int port = Deployment.freePort();
    Path settings =
        deployment.writeHub(
            port,
            Map.of(
                "ebbmesh.hub.models.train-detector",
                "builtin",
                "ebbmesh.hub.data-dir",
                deployment.dataDir("flap-hub").toString()));
    ProgramProcess hub =
        children.start(Deployment.HUB, Map.of(), List.of("hub", "--config", settings.toString()));
    hub.awaitReady(START_LIMIT);
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (LinkProxy link = LinkProxy.start(0, target)) {
      ProgramProcess node = startNode(link.port());
      try (HubStoreReport store =
          HubStoreReport.open(deployment.dataDir("flap-hub").resolve("insights.db"))) {
        return flap(hub, node, link, store, time, halfPeriodMillis);
      }
    }
  }

  private ProgramProcess startNode(int port)
      throws IOException, InterruptedException, IdentityException {
    Path readings = children.deployment().root().resolve("readings.csv");
    try (InputStream shipped = SensorData.class.getResourceAsStream("/wsn/multi-hop.csv")) {
      if (shipped == null) {
        throw new IOException("the program was built without its sensor data");
      }
      Files.copy(shipped, readings);
    }
    Path settings =
        children
            .deployment()
            .writeNode(
                NODE,
                port,
                Map.of(
                    "ebbmesh.node.csv.file",
                    readings.toString(),
                    "ebbmesh.node.csv.source-log",
                    sourceLog.toString(),
                    "ebbmesh.node.csv.interval",
                    "100 ms"));
    ProgramProcess node =
        children.start(NODE, Map.of(), List.of("node", "--config", settings.toString()));
    node.awaitReady(START_LIMIT);
    return node;
  }

  private StormReport.Flap flap(
      ProgramProcess hub,
      ProgramProcess node,
      LinkProxy link,
      HubStoreReport store,
      Duration time,
      int halfPeriodMillis)
      throws IOException, InterruptedException {
    Wait.until("readings are accepted and stored", SETTLE_LIMIT, () -> rows(store) >= WARM);
    Footprint nodeBefore = Footprint.of(node.pid());
    Footprint hubBefore = Footprint.of(hub.pid());
    source.look();
    final int acceptedBefore = source.acceptedCount();
    final long storedBefore = rows(store);
    final long connectionsBefore = link.connections();
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < time.toNanos()) {
      link.cut();
      Thread.sleep(halfPeriodMillis);
      link.restore();
      Thread.sleep(halfPeriodMillis);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    long connections = link.connections() - connectionsBefore;
    source.look();
    long accepted = source.acceptedCount() - acceptedBefore;
    long stored = rows(store) - storedBefore;
    int due = source.acceptedCount();
    Wait.until("the hub has all that was accepted", SETTLE_LIMIT, () -> rows(store) >= due);
    return new StormReport.Flap(
        seconds,
        halfPeriodMillis,
        connections,
        connections / seconds,
        accepted,
        stored,
        store.sourcePositions(new NodeId(NODE)).stream().mapToLong(each -> each.duplicates()).sum(),
        nodeBefore,
        Footprint.of(node.pid()),
        hubBefore,
        Footprint.of(hub.pid()));
  }

  /** Whether the node made progress, was patient, and nobody gathers anything. */
  static boolean holds(StormReport.Flap run) {
    return run.stored() > 0
        && run.connectionsPerSecond() <= 1
        && run.repeated() == 0
        && isLevel(run.nodeBefore(), run.nodeAfter())
        && isLevel(run.hubBefore(), run.hubAfter());
  }

  private static boolean isLevel(Footprint before, Footprint after) {
    return after.process().threads() <= before.process().threads() + FEW
        && after.process().descriptors() <= before.process().descriptors() + FEW
        && after.heap().liveBytes() <= before.heap().liveBytes() + HEAP_SLACK_BYTES;
  }

  private static long rows(HubStoreReport store) {
    return store.lanes().stream().mapToLong(LaneReport::rows).sum();
  }
}
