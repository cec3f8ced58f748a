package io.ebbmesh.sim.demo;

import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.LinkProxy;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.clock.HubClock;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.outbox.StoppedOutbox;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The processes of the demo and the links between them. */
final class Fleet implements AutoCloseable {

  static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  /** A small gateway: little memory, one core's worth of compiler and collector. */
  private static final List<String> JAVA_OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:-UsePerfData");

  /** Readings that are on their way at once: what {@code site.max-in-flight} lets out. */
  private static final int WITH_NEIGHBOURS = 64;

  private static final int ALONE = 256;

  private final Deployment deployment;
  private final Map<String, LinkProxy> links = new LinkedHashMap<>();
  private final List<ProgramProcess> processes = new ArrayList<>();
  private final Map<String, ProgramProcess> nodes = new LinkedHashMap<>();

  private Fleet(Deployment deployment) {
    this.deployment = deployment;
  }

  /** Makes certificates and settings, and starts everything; nothing is ready yet. */
  static Fleet start(Path folder, double speed, Map<DemoNode, Share> shares)
      throws IOException, IdentityException {
    Fleet fleet = new Fleet(Deployment.create(folder));
    try {
      fleet.startAll(speed, shares);
      return fleet;
    } catch (IOException | IdentityException | RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  private void startAll(double speed, Map<DemoNode, Share> shares)
      throws IOException, IdentityException {
    int hubPort = Deployment.freePort();
    Path hub = deployment.writeHub(hubPort, Map.of("ebbmesh.hub.models.train-detector", "builtin"));
    launch(Deployment.HUB, List.of("hub", "--config", hub.toString()));
    Map<DemoNode, Integer> sitePorts = new LinkedHashMap<>();
    for (DemoNode node : shares.keySet()) {
      sitePorts.put(node, Deployment.freePort());
    }
    List<String> seeds = sitePorts.values().stream().map(port -> "127.0.0.1:" + port).toList();
    for (Map.Entry<DemoNode, Share> entry : shares.entrySet()) {
      DemoNode node = entry.getKey();
      entry.getValue().write(readings(node));
      LinkProxy link =
          LinkProxy.start(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), hubPort));
      links.put(node.name(), link);
      int sitePort = Objects.requireNonNull(sitePorts.get(node));
      Path settings =
          deployment.writeNode(node.name(), link.port(), settings(node, speed, sitePort, seeds));
      nodes.put(node.name(), launch(node.name(), List.of("node", "--config", settings.toString())));
    }
  }

  private Map<String, Object> settings(
      DemoNode node, double speed, int sitePort, List<String> seeds) {
    return Map.ofEntries(
        Map.entry("ebbmesh.node.accelerator", node.accelerator()),
        Map.entry("ebbmesh.node.csv.file", readings(node).toString()),
        Map.entry("ebbmesh.node.csv.source-log", sourceLog(node).toString()),
        // A node with two motes hears one of them twice as often.
        Map.entry("ebbmesh.node.csv.interval", 5_000 / node.streams().size() + " ms"),
        Map.entry("ebbmesh.node.csv.speed", speed),
        Map.entry("ebbmesh.node.site.enabled", true),
        Map.entry("ebbmesh.node.site.port", sitePort),
        Map.entry("ebbmesh.node.site.seeds", seeds),
        Map.entry("ebbmesh.node.site.seed-timeout", "1 s"),
        // At this pace a neighbour is asked for more at once than in real time.
        Map.entry("ebbmesh.node.site.max-served", WITH_NEIGHBOURS),
        Map.entry(
            "ebbmesh.node.pipeline.source-credit",
            node.accelerator().equals("none") ? WITH_NEIGHBOURS : ALONE),
        // The outage is short too.
        Map.entry("ebbmesh.sync.session.backoff-cap", "1 s"));
  }

  private ProgramProcess launch(String name, List<String> words) throws IOException {
    ProgramProcess process =
        ProgramProcess.start(name, deployment.log(name), List.of(), Map.of(), JAVA_OPTIONS, words);
    synchronized (processes) {
      processes.add(process);
    }
    return process;
  }

  private Path readings(DemoNode node) {
    return deployment.root().resolve(node.name() + ".csv");
  }

  /** Where the source of a node keeps its own account. */
  Path sourceLog(DemoNode node) {
    return deployment.root().resolve(node.name() + ".source.log");
  }

  Path hubStore() {
    return deployment.dataDir(Deployment.HUB).resolve("insights.db");
  }

  /** What the outbox of a stopped node holds. */
  OutboxReport outbox(DemoNode node) throws IOException {
    return StoppedOutbox.read(
        deployment.dataDir(node.name()).resolve("outbox"),
        HubClock.create(UUID.randomUUID()),
        false);
  }

  /** Waits until the hub and every node serve. */
  void awaitReady() throws IOException, InterruptedException {
    for (ProgramProcess process : processes) {
      process.awaitReady(START_LIMIT);
    }
  }

  /**
   * Finds processes that ended by themselves.
   *
   * @throws IOException naming the first
   */
  void requireAlive() throws IOException, InterruptedException {
    for (ProgramProcess process : processes) {
      if (!process.isAlive()) {
        // Ended and not ready: says so with the end of its log.
        process.awaitReady(Duration.ZERO);
        throw new IOException(process.name() + " ended by itself");
      }
    }
  }

  void cut() {
    links.values().forEach(LinkProxy::cut);
  }

  void restore() {
    links.values().forEach(LinkProxy::restore);
  }

  /** Bytes that went up to the hub so far, of all nodes. */
  long bytesUp() {
    return links.values().stream().mapToLong(LinkProxy::bytesUp).sum();
  }

  /** SIGKILL. */
  void kill(DemoNode node) throws InterruptedException {
    process(node).kill();
  }

  void restart(DemoNode node) throws IOException {
    process(node).restart();
  }

  private ProgramProcess process(DemoNode node) {
    return Objects.requireNonNull(nodes.get(node.name()));
  }

  /** Ends the nodes in order, and then the hub. */
  void stop() throws InterruptedException {
    nodes.values().forEach(ProgramProcess::askToStop);
    for (ProgramProcess node : nodes.values()) {
      node.stop(STOP_LIMIT);
    }
    for (ProgramProcess process : processes) {
      process.stop(STOP_LIMIT);
    }
    links.values().forEach(LinkProxy::close);
  }

  /** Ends whatever still runs, at once; from any thread. */
  @Override
  public void close() {
    synchronized (processes) {
      processes.forEach(ProgramProcess::close);
    }
    links.values().forEach(LinkProxy::close);
  }
}
