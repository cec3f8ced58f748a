package io.ebbmesh.sim.crash;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One hub, one node, and the disk whose power can be cut. */
final class CrashFleet implements AutoCloseable {

  private static final String NODE = "node";
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final long STEP_LOOK_MILLIS = 5;
  private static final int IMAGE_MEBIBYTES = 1_024;
  private static final List<String> JAVA_OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:-UsePerfData");

  private final CrashPlan plan;
  private final Deployment deployment;
  private final @Nullable PowerImage image;
  private final int httpPort;
  private final Map<String, ?> more;
  private final Map<Target, List<String>> words = new EnumMap<>(Target.class);
  private final Map<Target, ProgramProcess> processes = new LinkedHashMap<>();
  private boolean closed;

  private CrashFleet(
      CrashPlan plan, Deployment deployment, @Nullable PowerImage image, Map<String, ?> more)
      throws IOException {
    this.plan = plan;
    this.more = more;
    this.deployment = deployment;
    this.image = image;
    this.httpPort = Deployment.freePort();
  }

  /** Makes certificates and settings, and starts both; neither need be ready yet. */
  static CrashFleet start(CrashPlan plan)
      throws IOException, IdentityException, InterruptedException {
    return start(plan, plan.times() > 0 ? FailpointHits.SETTINGS : Map.of());
  }

  /**
   * @param more settings of the node
   */
  static CrashFleet start(CrashPlan plan, Map<String, ?> more)
      throws IOException, IdentityException, InterruptedException {
    Deployment deployment = Deployment.create(plan.dir());
    PowerImage image =
        plan.mode() == Mode.POWER
            ? PowerImage.create(deployment.root(), "power", IMAGE_MEBIBYTES)
            : null;
    CrashFleet fleet = new CrashFleet(plan, deployment, image, more);
    try {
      int hubPort = Deployment.freePort();
      Path hub = deployment.writeHub(hubPort, fleet.hubSettings());
      Path node = deployment.writeNode(NODE, hubPort, fleet.nodeSettings());
      fleet.words.put(Target.HUB, List.of("hub", "--config", hub.toString()));
      fleet.words.put(Target.NODE, List.of("node", "--config", node.toString()));
      fleet.launch(Target.HUB, List.of());
      fleet.launch(Target.NODE, List.of());
      return fleet;
    } catch (IOException | IdentityException | RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  /** What is done with the processes. */
  interface Run<R> {
    R with(CrashFleet fleet) throws IOException, InterruptedException;
  }

  /** Ends them afterwards, also when a signal ends this process. */
  static <R> R with(CrashFleet fleet, Run<R> run) throws IOException, InterruptedException {
    Thread onExit = new Thread(fleet::close, "crash-end");
    Runtime.getRuntime().addShutdownHook(onExit);
    try {
      return run.with(fleet);
    } finally {
      fleet.close();
      try {
        Runtime.getRuntime().removeShutdownHook(onExit);
      } catch (IllegalStateException e) {
        // The process is ending, and the hook is what ends it.
      }
    }
  }

  private Map<String, Object> hubSettings() {
    return Map.of(
        "ebbmesh.hub.data-dir",
        dataDir(Target.HUB).toString(),
        "ebbmesh.hub.models.train-detector",
        "builtin");
  }

  private Map<String, Object> nodeSettings() {
    Map<String, Object> settings = new TreeMap<>(ownSettings());
    settings.putAll(more);
    return settings;
  }

  private Map<String, Object> ownSettings() {
    return Map.of(
        "ebbmesh.node.data-dir",
        dataDir(Target.NODE).toString(),
        "ebbmesh.node.http.enabled",
        true,
        "ebbmesh.node.http.port",
        httpPort,
        // A hub that is back is to be found at once.
        "ebbmesh.sync.session.backoff-base",
        "50 ms",
        "ebbmesh.sync.session.backoff-cap",
        "200 ms");
  }

  private Path dataDir(Target role) {
    String name = role == Target.HUB ? Deployment.HUB : NODE;
    return image != null && role == plan.target()
        ? image.mountPoint().resolve(name)
        : deployment.dataDir(name);
  }

  private void launch(Target role, List<String> more) throws IOException {
    String name = role == Target.HUB ? Deployment.HUB : NODE;
    Map<String, String> environment =
        plan.withoutSync() && role == plan.target() ? EatMyData.environment() : Map.of();
    List<String> options = new ArrayList<>(JAVA_OPTIONS);
    options.addAll(archive(role).using());
    options.addAll(more);
    ProgramProcess process =
        ProgramProcess.start(
            name,
            deployment.log(name),
            List.of(),
            environment,
            options,
            Objects.requireNonNull(words.get(role)));
    synchronized (processes) {
      processes.put(role, process);
    }
  }

  /** Folder of everything. */
  Path root() {
    return deployment.root();
  }

  /** Where the image is mounted. */
  Path imageRoot() {
    return Objects.requireNonNull(image).mountPoint();
  }

  /** The system's number of a running role. */
  long pid(Target role) {
    return process(role).pid();
  }

  /** Where the node's segments are. */
  Path segments() {
    return dataDir(Target.NODE).resolve("outbox").resolve("log");
  }

  /** How much a role has said. */
  long logBytes(Target role) throws IOException {
    return Files.size(deployment.log(role == Target.HUB ? Deployment.HUB : NODE));
  }

  int httpPort() {
    return httpPort;
  }

  private ProgramProcess process(Target role) {
    synchronized (processes) {
      ProgramProcess process = processes.get(role);
      if (process == null) {
        throw new IllegalStateException(role + " was not started");
      }
      return process;
    }
  }

  /** Waits until a role serves. */
  void awaitReady(Target role) throws IOException, InterruptedException {
    process(role).awaitReady(START_LIMIT);
  }

  /** Hits the target: kills it, after the power of its disk went if that is asked for. */
  void hit() throws IOException, InterruptedException {
    ProgramProcess process = process(plan.target());
    if (!process.isAlive()) {
      throw new IOException(
          process.name() + " ended by itself before it was hit:\n" + process.output());
    }
    if (image != null) {
      Freezer.freeze(process.pid());
      image.cut();
    }
    process.kill();
    if (image != null) {
      image.restore();
    }
  }

  /**
   * Ends a role at once and starts it with other options of the virtual machine; settings may be
   * among them.
   */
  void relaunch(Target role, List<String> options) throws IOException, InterruptedException {
    process(role).kill();
    synchronized (processes) {
      if (!closed) {
        launch(role, options);
      }
    }
  }

  /**
   * Ends both in order and starts them from archives of their classes: what is to be seen comes
   * after the start.
   */
  void archive() throws IOException, InterruptedException {
    for (Target role : Target.values()) {
      relaunch(role, archive(role).making());
      awaitReady(role);
    }
    for (Target role : Target.values()) {
      stop(role);
      relaunch(role, List.of());
    }
  }

  private ClassArchive archive(Target role) {
    return new ClassArchive(deployment.root().resolve(role + ".jsa"));
  }

  /** Waits until a role has stopped at a step; false if that does not happen in time. */
  boolean awaitStopped(Target role, Failpoint step, Duration atMost)
      throws IOException, InterruptedException {
    ProgramProcess process = process(role);
    String line = "stopped at " + step.id();
    long deadline = System.nanoTime() + atMost.toNanos();
    while (process.output().lines().noneMatch(line::equals)) {
      if (!process.isAlive()) {
        throw new IOException(process.name() + " ended by itself:\n" + process.output());
      }
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(STEP_LOOK_MILLIS);
    }
    return true;
  }

  /** Starts the target again. */
  void restart() throws IOException {
    synchronized (processes) {
      if (!closed) {
        process(plan.target()).restart();
      }
    }
  }

  /** Insights that the hub has stored, as of now; the hub must run. */
  long storedAtHub() {
    try (HubStoreReport report = HubStoreReport.open(hubStore())) {
      return report.lanes().stream().mapToLong(LaneReport::rows).sum();
    }
  }

  private Path hubStore() {
    return dataDir(Target.HUB).resolve("insights.db");
  }

  /** Ends one role in order; one that has ended stays so. */
  void stop(Target role) throws InterruptedException {
    process(role).stop(STOP_LIMIT);
  }

  /**
   * Compares the producers' log with what both stopped ends hold.
   *
   * @throws IOException if the outbox cannot be read
   * @throws io.ebbmesh.sync.insight.store.StoreException if the hub's store cannot be read
   */
  CrashBooks books(HttpLoad load) throws IOException {
    return StoppedFleet.books(
        new NodeId(NODE), dataDir(Target.NODE).resolve("outbox"), hubStore(), load);
  }

  /** Ends whatever still runs, at once, and takes the image off; from any thread. */
  @Override
  public void close() {
    synchronized (processes) {
      if (closed) {
        return;
      }
      closed = true;
      for (ProgramProcess process : processes.values()) {
        try {
          process.kill();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
    if (image != null) {
      try {
        image.close();
      } catch (IOException e) {
        System.err.println("could not unmount " + image.mountPoint() + ": " + e.getMessage());
      }
    }
  }
}
