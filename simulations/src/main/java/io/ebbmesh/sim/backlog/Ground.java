package io.ebbmesh.sim.backlog;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sim.check.Children;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.insight.store.sqlite.HubCursors;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A node with producers and a hub, each a process of its own, and the link between them. */
final class Ground implements Closeable {

  static final NodeId NODE = new NodeId("node");

  /** Of the program, also where tests have another one: it says what becomes of sessions. */
  private static final String LOGGING = "-Dlogback.configurationFile=logback.xml";

  /** As {@code ebbmesh} starts it, with the memory of a small gateway. */
  private static final List<String> NODE_JAVA =
      List.of("-XX:+UseSerialGC", "-Xss512k", "-XX:-UsePerfData", "-Xmx128m", LOGGING);

  private static final List<String> HUB_JAVA =
      List.of("-XX:+UseSerialGC", "-Xss512k", "-XX:-UsePerfData", LOGGING);

  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final Duration SESSION_LIMIT = Duration.ofSeconds(90);
  private static final long LOOK_MILLIS = 20;

  /** So short that the chance of the dial after the mend says little. */
  private static final String BACKOFF_BASE = "50 ms";

  private static final String BACKOFF_CAP = "250 ms";

  private final Children children;
  private final RunLink link;
  private final Path log;
  private final Path until;
  private final List<ProgramProcess> started = new ArrayList<>();
  private @Nullable ProgramProcess node;
  private @Nullable ProgramProcess hub;
  private @Nullable HubCursors cursors;

  Ground(Children children, RunLink link) {
    this.children = children;
    this.link = link;
    this.log = children.deployment().root().resolve("source.log");
    this.until = children.deployment().root().resolve("stop-producing");
  }

  /** Settings of a node that waits before a dial as the program does. */
  static Map<String, Object> usualWaits() {
    Config session = ConfigFactory.defaultReference().getConfig("ebbmesh.sync.session");
    return Map.of(
        "ebbmesh.sync.session.backoff-base",
        session.getString("backoff-base"),
        "ebbmesh.sync.session.backoff-cap",
        session.getString("backoff-cap"));
  }

  RunLink link() {
    return link;
  }

  /**
   * Starts the node; its producers begin at once.
   *
   * @param producers options of {@link FeedCommand}
   * @param more settings of the node by path
   */
  void startNode(List<String> producers, Map<String, ?> more)
      throws IOException, IdentityException, InterruptedException {
    Path file = writeNode(more);
    List<String> words = new ArrayList<>(List.of("bench", "feed", "--config", file.toString()));
    words.addAll(List.of("--log", log.toString()));
    words.addAll(producers);
    startNode(words);
  }

  /** Starts the node as it is, without producers, over what is in its folder. */
  void startNodeAlone() throws IOException, IdentityException, InterruptedException {
    startNode(List.of("node", "--config", writeNode(Map.of()).toString()));
  }

  private Path writeNode(Map<String, ?> more) throws IOException, IdentityException {
    Map<String, Object> settings = new TreeMap<>(more);
    settings.put("ebbmesh.node.hub.endpoint", link.nodeDials());
    settings.put("ebbmesh.node.accelerator", "none");
    settings.putIfAbsent("ebbmesh.sync.session.backoff-base", BACKOFF_BASE);
    settings.putIfAbsent("ebbmesh.sync.session.backoff-cap", BACKOFF_CAP);
    return children.deployment().writeNode(NODE.value(), 1, settings);
  }

  private void startNode(List<String> words) throws IOException, InterruptedException {
    node = start(NODE.value(), link.nodePrefix(), NODE_JAVA, words);
  }

  private ProgramProcess start(
      String name, List<String> prefix, List<String> java, List<String> words)
      throws IOException, InterruptedException {
    ProgramProcess process = children.start(name, prefix, Map.of(), java, words);
    started.add(process);
    process.awaitReady(START_LIMIT);
    return process;
  }

  void stopNode() throws InterruptedException {
    node().stop(STOP_LIMIT);
  }

  /** Everything that the node keeps. */
  Path nodeData() {
    return children.deployment().dataDir(NODE.value());
  }

  Path sourceLog() {
    return log;
  }

  /** Option of the producers: they go on until {@link #stopProducing}. */
  List<String> untilStopped() {
    return List.of("--until", until.toString());
  }

  void startHub() throws IOException, IdentityException, InterruptedException {
    startHub(Map.of());
  }

  /**
   * @param more settings of the hub by path
   */
  void startHub(Map<String, ?> more) throws IOException, IdentityException, InterruptedException {
    Map<String, Object> settings = new TreeMap<>(more);
    settings.put("ebbmesh.hub.listen", link.hubListens());
    Path file = children.deployment().writeHub(1, settings);
    List<String> words = List.of("hub", "--config", file.toString());
    hub = start(Deployment.HUB, link.hubPrefix(), HUB_JAVA, words);
    cursors = HubCursors.open(hubStore());
  }

  ProgramProcess node() {
    return Objects.requireNonNull(node);
  }

  ProgramProcess hub() {
    return Objects.requireNonNull(hub);
  }

  /** What the hub holds of a lane now. */
  SeqRanges held(Lane lane) {
    return Objects.requireNonNull(cursors).held(NODE, lane);
  }

  void stopProducing() throws IOException {
    Files.createFile(until);
  }

  /**
   * Waits until the node says a line.
   *
   * @param line pattern of a whole line
   * @throws IOException if it ends before, or does not say it in time
   */
  Matcher awaitSaid(String line, Duration atMost) throws IOException, InterruptedException {
    Pattern pattern = Pattern.compile("(?m)^" + line + "$");
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      String said = node().output();
      Matcher matcher = pattern.matcher(said);
      if (matcher.find()) {
        return matcher;
      }
      if (!node().isAlive() || System.nanoTime() > deadline) {
        String end = said.substring(Math.max(0, said.length() - 2_000));
        throw new IOException("the node did not say \"" + line + "\" but:\n" + end);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** When the node's session with the hub came up, as the node logged it. */
  long sessionUpAtMillis() throws IOException, InterruptedException {
    return awaitLogged(node(), ".* session with hub .* is up", 0, SESSION_LIMIT);
  }

  /**
   * Waits until a process logs something.
   *
   * @param what pattern of what follows the time of a line
   * @param notBeforeMillis of the line
   * @return when, as the process logged it
   * @throws IOException if it is not logged in time
   */
  static long awaitLogged(
      ProgramProcess process, String what, long notBeforeMillis, Duration atMost)
      throws IOException, InterruptedException {
    Pattern pattern = Pattern.compile("(?m)^(?<at>\\d{4}-\\S+) " + what + "$");
    long deadline = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < deadline) {
      Matcher matcher = pattern.matcher(process.output());
      while (matcher.find()) {
        long at = OffsetDateTime.parse(matcher.group("at")).toInstant().toEpochMilli();
        if (at >= notBeforeMillis) {
          return at;
        }
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw new IOException(
        process.name() + " did not log \"" + what + "\" within " + atMost.toSeconds() + " s");
  }

  /** Ends both in order, and compares what they have with the producers' log. */
  Ledger stop() throws IOException, InterruptedException {
    closeCursors();
    stopNode();
    hub().stop(STOP_LIMIT);
    return Ledger.of(account(), NODE, nodeData().resolve("outbox"), hubStore());
  }

  FeedAccount account() throws IOException {
    return FeedLog.read(log);
  }

  Path hubStore() {
    return children.deployment().dataDir(Deployment.HUB).resolve("insights.db");
  }

  private void closeCursors() {
    HubCursors open = cursors;
    cursors = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeCursors();
    try {
      for (ProgramProcess process : started) {
        process.kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    link.close();
  }
}
