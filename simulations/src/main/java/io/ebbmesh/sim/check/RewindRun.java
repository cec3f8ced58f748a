package io.ebbmesh.sim.check;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport.SourceReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A hub, a node, an image of the node that is older than what the hub holds, and a copy of the node
 * that is taken while it runs.
 */
final class RewindRun {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String NODE = "node";
  private static final String COPY = "copy";

  private final Children children;
  private final int perPhase;
  private final NodeDoor door;
  private final NodeDoor copyDoor;
  private final Set<String> accepted = new TreeSet<>();
  private int repeats;

  RewindRun(Children children, int perPhase) throws IOException {
    this.children = children;
    this.perPhase = perPhase;
    this.door = new NodeDoor(Deployment.freePort());
    this.copyDoor = new NodeDoor(Deployment.freePort());
  }

  RewindReport run() throws IOException, InterruptedException, IdentityException {
    Deployment deployment = children.deployment();
    int hubPort = Deployment.freePort();
    Path hubSettings =
        deployment.writeHub(hubPort, Map.of("ebbmesh.hub.models.train-detector", "builtin"));
    ProgramProcess hub =
        children.start(
            Deployment.HUB, Map.of(), List.of("hub", "--config", hubSettings.toString()));
    hub.awaitReady(LIMIT);
    Path settings = deployment.writeNode(NODE, hubPort, settings(door));
    ProgramProcess node = start(NODE, settings, door);

    post(door, "before");
    node.stop(LIMIT);
    Path image = deployment.root().resolve("image");
    copy(deployment.dataDir(NODE), image);
    System.out.println("an image is taken");
    restart(node, door);
    post(door, "after-the-image");
    node.stop(LIMIT);
    Map<String, Integer> before = rows();

    StoreBits.delete(deployment.dataDir(NODE));
    copy(image, deployment.dataDir(NODE));
    System.out.println("the image is put back");
    restart(node, door);
    repeat(door, "after-the-image");
    post(door, "rewound");
    boolean rewoundNoticed = node.output().contains("FORKED");

    copy(deployment.dataDir(NODE), deployment.dataDir(COPY));
    System.out.println("the running node is copied");
    post(door, "after-the-copy");
    ProgramProcess copy = start(COPY, copySettings(settings), copyDoor);
    repeat(copyDoor, "after-the-copy");
    accept(copyDoor, "copied");
    Wait.until("the copy is refused", LIMIT, () -> output(copy).contains("hub refuses"));
    boolean copyNoticed = !stored().containsKey("http/copied-000");
    Set<String> beside = accept(door, "beside-the-copy");
    Wait.until("the node goes on", LIMIT, () -> stored().keySet().containsAll(beside));
    node.kill();
    long gone = System.nanoTime();
    awaitDelivered();
    Wait.until("the repetitions have arrived", LIMIT, () -> repeatedRows() >= repeats);
    double seconds = (System.nanoTime() - gone) / 1e9;
    return judge(before, rewoundNoticed, copyNoticed, seconds);
  }

  private static Map<String, ?> settings(NodeDoor door) {
    return Map.of(
        "ebbmesh.node.http.enabled",
        true,
        "ebbmesh.node.http.port",
        door.port(),
        "ebbmesh.sync.session.backoff-cap",
        "1 s");
  }

  /** As of a machine that was set up from the same image: everything but its place is the same. */
  private Path copySettings(Path settings) throws IOException {
    Deployment deployment = children.deployment();
    Path own = deployment.root().resolve(COPY + ".conf");
    Files.writeString(
        own,
        ConfigFactory.parseFile(settings.toFile())
            .withValue(
                "ebbmesh.node.data-dir",
                ConfigValueFactory.fromAnyRef(deployment.dataDir(COPY).toString()))
            .withValue("ebbmesh.node.http.port", ConfigValueFactory.fromAnyRef(copyDoor.port()))
            .root()
            .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false)));
    return own;
  }

  private ProgramProcess start(String name, Path settings, NodeDoor at)
      throws IOException, InterruptedException {
    ProgramProcess process =
        children.start(name, Map.of(), List.of("node", "--config", settings.toString()));
    process.awaitReady(LIMIT);
    Wait.until(name + " serves its model", LIMIT, at::serves);
    return process;
  }

  private static void restart(ProgramProcess process, NodeDoor at)
      throws IOException, InterruptedException {
    process.restart();
    process.awaitReady(LIMIT);
    Wait.until(process.name() + " serves its model", LIMIT, at::serves);
  }

  private static String output(ProgramProcess process) throws IOException {
    return process.output();
  }

  /** A file of a running node may be gone before it is copied, as on any live copy. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        try {
          Files.copy(each, to.resolve(from.relativize(each)));
        } catch (NoSuchFileException e) {
          continue;
        }
      }
    }
  }

  private void post(NodeDoor to, String phase) throws IOException, InterruptedException {
    accept(to, phase);
    awaitDelivered();
  }

  private Set<String> accept(NodeDoor to, String phase) throws IOException, InterruptedException {
    Set<String> keys = offer(to, phase);
    accepted.addAll(keys);
    return keys;
  }

  /** As a producer does that has not heard the answer; this disk has forgotten it. */
  private void repeat(NodeDoor to, String phase) throws IOException, InterruptedException {
    repeats += offer(to, phase).size();
  }

  private Set<String> offer(NodeDoor to, String phase) throws IOException, InterruptedException {
    Set<String> keys = new TreeSet<>();
    for (int i = 0; i < perPhase; i++) {
      String key = String.format(Locale.ROOT, "%s-%03d", phase, i);
      double drift = i * 0.01;
      Wait.until(key + " is accepted", LIMIT, () -> to.post(key, "mote-1", 30 + drift, 43 - drift));
      keys.add("http/" + key);
    }
    return keys;
  }

  /** What arrived under a number of its own although its key was stored. */
  private long repeatedRows() {
    try (HubStoreReport report = open()) {
      long twice =
          report.sourcePositions(new NodeId(NODE)).stream()
              .mapToLong(SourceReport::duplicates)
              .sum();
      return twice + dropped(report.lanes());
    }
  }

  private static long dropped(List<LaneReport> lanes) {
    return lanes.stream().mapToLong(lane -> lane.repeated().count()).sum();
  }

  private void awaitDelivered() throws IOException, InterruptedException {
    Wait.until(
        "the hub holds all that was accepted",
        LIMIT,
        () -> stored().keySet().containsAll(accepted));
  }

  private HubStoreReport open() {
    return HubStoreReport.open(
        children.deployment().dataDir(Deployment.HUB).resolve("insights.db"));
  }

  /** How often each key is stored. */
  private Map<String, Long> stored() {
    try (HubStoreReport report = open()) {
      Map<String, Long> counts = new LinkedHashMap<>();
      for (SourceReport source : report.sourcePositions(new NodeId(NODE))) {
        counts.put(source.source(), source.count());
      }
      return counts;
    }
  }

  /** What is stored, by place: a fingerprint of everything in it. */
  private Map<String, Integer> rows() {
    try (HubStoreReport report = open()) {
      Map<String, Integer> rows = new LinkedHashMap<>();
      report.insights(
          new NodeId(NODE),
          row ->
              rows.put(
                  row.incarnation() + " " + row.lane().id() + " " + row.seq(),
                  Arrays.hashCode(InsightCodec.encode(row.insight()))));
      return rows;
    }
  }

  private RewindReport judge(
      Map<String, Integer> before, boolean rewound, boolean copied, double seconds) {
    Map<String, Long> stored = stored();
    Map<String, Integer> after = rows();
    int changed = 0;
    for (Map.Entry<String, Integer> row : before.entrySet()) {
      changed += row.getValue().equals(after.get(row.getKey())) ? 0 : 1;
    }
    try (HubStoreReport report = open()) {
      List<LaneReport> lanes = report.lanes();
      return new RewindReport(
          accepted.size(),
          after.size(),
          (int) accepted.stream().filter(key -> !stored.containsKey(key)).count(),
          (int) stored.values().stream().filter(count -> count > 1).count(),
          repeats,
          dropped(lanes),
          before.size(),
          changed,
          lanes.stream().map(LaneReport::incarnation).distinct().count(),
          rewound,
          copied,
          seconds,
          lanes.stream().allMatch(lane -> lane.balances() && lane.pending().isEmpty()),
          report.text());
    }
  }
}
