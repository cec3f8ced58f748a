package io.ebbmesh.sim.demo;

import io.ebbmesh.node.detector.Evaluation;
import io.ebbmesh.node.detector.LabelledReading;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sim.process.LaneSeq;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The story of the demo.
 *
 * <pre>
 * replay        until a quarter of all readings is decided
 * cut           the nodes go on deciding; after a quarter of the outage one is killed and started
 * restore       until the hub holds what was decided before
 * finish        until everything is decided and held, or the limit is reached
 * stop          nodes, then the hub; then the books are read
 * </pre>
 */
final class DemoRun {

  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final Duration DOWN = Duration.ofMillis(500);
  private static final double SECONDS_PER_READING = 5;

  private final Fleet fleet;
  private final List<LabelledReading> readings;
  private final Map<DemoNode, Share> shares;
  private final Duration outage;
  private final Duration replay;
  private final PrintStream out;
  private final long startNanos;
  private final Map<DemoNode, BitSet> decidedOffline = new LinkedHashMap<>();
  private long killedAt;

  DemoRun(
      Fleet fleet,
      List<LabelledReading> readings,
      Map<DemoNode, Share> shares,
      double speed,
      Duration outage,
      PrintStream out,
      long startNanos) {
    this.fleet = fleet;
    this.readings = readings;
    this.shares = shares;
    this.outage = outage;
    this.out = out;
    this.startNanos = startNanos;
    double longest =
        shares.entrySet().stream()
            .mapToDouble(
                share -> (double) share.getValue().size() / share.getKey().streams().size())
            .max()
            .orElse(0);
    this.replay = Duration.ofMillis((long) (1_000 * longest * SECONDS_PER_READING / speed));
  }

  /** Evaluation and report of one run. */
  record Outcome(DemoReport report, Evaluation evaluation) {}

  /**
   * Runs to the end.
   *
   * @throws IOException if a process ends by itself or does not get on; the message says which
   */
  Outcome run() throws IOException, InterruptedException {
    out.printf(
        "   0 s  hub and nodes start, the hub trains the detector: at most %d s each%n",
        Fleet.START_LIMIT.toSeconds());
    fleet.awaitReady();
    double outageSeconds;
    double drainSeconds;
    Map<DemoNode, SourceAccount> sources = new LinkedHashMap<>();
    try (Watch watch = new Watch(fleet, shares, out, startNanos)) {
      watch.say("hub and nodes serve; the hub has trained the detector");
      long all = readings.size();
      require(
          watch.until(
              () -> "a quarter is decided",
              () -> watch.everyNodeDecides() && 4 * watch.accepted() >= all,
              limit()),
          "a quarter of the readings was not decided by every node in time");
      outageSeconds = outage(watch);
      drainSeconds = drain(watch);
      if (!watch.until(
          () -> whatIsLeft(watch), () -> watch.replayed() && watch.holds(watch.seqs()), limit())) {
        watch.say("@|red not everything was decided and delivered in time|@");
      }
      shares.keySet().forEach(node -> sources.put(node, watch.source(node)));
      watch.say("the replay is over; all stop");
      fleet.stop();
      watch.say("all have stopped; the books are read");
    }
    for (SourceAccount source : sources.values()) {
      source.update();
    }
    return outcome(sources, outageSeconds, drainSeconds);
  }

  private static String whatIsLeft(Watch watch) {
    String replaying = watch.replaying();
    return replaying.isEmpty()
        ? "all is at the hub"
        : replaying + " came to the end of the readings";
  }

  private Duration limit() {
    return replay.multipliedBy(2).plus(outage).plus(GRACE);
  }

  private double outage(Watch watch) throws IOException, InterruptedException {
    fleet.cut();
    watch.until(() -> "now", () -> true, Duration.ZERO);
    watch.link("@|red link cut|@");
    watch.say("@|bold,red the link is cut|@");
    long cutNanos = System.nanoTime();
    Map<DemoNode, BitSet> before = accepted(watch);
    pass(watch, DemoNode.KILLED.name() + " is killed", cutNanos, outage.dividedBy(4));
    fleet.kill(DemoNode.KILLED);
    killedAt = watch.source(DemoNode.KILLED).acceptedCount();
    watch.say("@|bold,red " + DemoNode.KILLED.name() + " is killed (SIGKILL)|@");
    Thread.sleep(DOWN.toMillis());
    fleet.restart(DemoNode.KILLED);
    watch.say(DemoNode.KILLED.name() + " is started again");
    pass(watch, "the link is restored", cutNanos, outage);
    accepted(watch)
        .forEach(
            (node, now) -> {
              now.andNot(Objects.requireNonNull(before.get(node)));
              decidedOffline.put(node, now);
            });
    double seconds = secondsSince(cutNanos);
    fleet.restore();
    watch.link("@|green link up |@");
    watch.say("@|bold,green the link is restored|@");
    return seconds;
  }

  private double drain(Watch watch) throws IOException, InterruptedException {
    long restoredNanos = System.nanoTime();
    Map<DemoNode, List<LaneSeq>> backlog = watch.seqs();
    require(
        watch.until(() -> "the backlog is at the hub", () -> watch.holds(backlog), limit()),
        "what was decided during the outage did not reach the hub in time");
    double seconds = secondsSince(restoredNanos);
    watch.say("the hub holds everything that was decided during the outage");
    fleet.awaitReady();
    return seconds;
  }

  private static void pass(Watch watch, String what, long sinceNanos, Duration time)
      throws IOException, InterruptedException {
    long end = sinceNanos + time.toNanos();
    watch.until(() -> what, () -> System.nanoTime() - end >= 0, time.multipliedBy(2));
  }

  private Map<DemoNode, BitSet> accepted(Watch watch) {
    Map<DemoNode, BitSet> accepted = new LinkedHashMap<>();
    shares.keySet().forEach(node -> accepted.put(node, watch.source(node).accepted()));
    return accepted;
  }

  private static void require(boolean inTime, String problem) throws IOException {
    if (!inTime) {
      throw new IOException(problem);
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private Outcome outcome(
      Map<DemoNode, SourceAccount> sources, double outageSeconds, double drainSeconds)
      throws IOException {
    List<Books> books = new ArrayList<>();
    DetectorFigures figures = new DetectorFigures(readings);
    long offline = 0;
    long byNeighbour = 0;
    DemoReport.Uplink uplink;
    UplinkSizes sizes = new UplinkSizes();
    try (HubStoreReport store = HubStoreReport.open(fleet.hubStore())) {
      List<LaneReport> lanes = store.lanes();
      for (Map.Entry<DemoNode, Share> entry : shares.entrySet()) {
        DemoNode node = entry.getKey();
        NodeId id = new NodeId(node.name());
        List<StoredInsight> rows = new ArrayList<>();
        store.insights(id, rows::add);
        List<LaneReport> own = lanes.stream().filter(lane -> lane.node().equals(id)).toList();
        books.add(
            Books.of(
                node.name(),
                Objects.requireNonNull(sources.get(node)),
                fleet.outbox(node),
                rows,
                own));
        figures.add(entry.getValue(), rows);
        sizes.add(rows);
        BitSet positions = decidedOffline.getOrDefault(node, new BitSet());
        offline += positions.cardinality();
        byNeighbour += Offline.byNeighbours(positions, rows);
      }
      uplink = sizes.report(fleet.bytesUp());
    }
    Evaluation evaluation = figures.evaluate();
    SourceAccount killed = Objects.requireNonNull(sources.get(DemoNode.KILLED));
    boolean ended =
        killed.acceptedUpTo() == Objects.requireNonNull(shares.get(DemoNode.KILLED)).size();
    DemoReport report =
        new DemoReport(
            books.stream().allMatch(Books::balanced),
            books,
            evaluation.toMap(),
            new DemoReport.Outage(outageSeconds, offline, byNeighbour, drainSeconds),
            uplink,
            new DemoReport.Crash(
                DemoNode.KILLED.name(), 1, killedAt, killed.acceptedCount() - killedAt, ended),
            secondsSince(startNanos));
    return new Outcome(report, evaluation);
  }
}
