package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.sim.process.ProcessFigures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Watches a node: idle, as fast as it accepts, and at a pace.
 *
 * @param idleSeconds for which the idle node is watched
 * @param fast insights as fast as they are accepted
 * @param perSecond insights of the pace
 * @param pacedSeconds for which the pace is watched
 */
record IdleRun(int idleSeconds, long fast, double perSecond, int pacedSeconds, int sizeBytes) {

  private static final int IN_FLIGHT = 5_000;
  private static final int SAMPLED = 10_000;
  private static final long SECONDS_AN_HOUR = 3_600;
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long LOOK_MILLIS = 50;

  /** What was accepted is written, and trimmed. */
  private static final long SETTLE_MILLIS = 5_000;

  /** The start's own work is over: the reserve on the disk is made after half a minute. */
  private static final Duration START = Duration.ofSeconds(45);

  IdleReport run(Ground ground, DiskGauge disk) throws Exception {
    ground.startHub();
    ground.link().mend();
    ground.startNodeAlone();
    ground.sessionUpAtMillis();
    Duration watched = Duration.ofSeconds(idleSeconds);
    Thread.sleep((watched.compareTo(START) < 0 ? watched : START).toMillis());
    final long callsBefore = figures(ground).writeCalls();
    final long bytesBefore = disk.bytes(ground.node().pid());
    Thread.sleep(watched.toMillis());
    ProcessFigures idle = figures(ground);
    final long bytes = disk.bytes(ground.node().pid()) - bytesBefore;
    ground.stopNode();
    List<String> producers = new ArrayList<>(ground.untilStopped());
    producers.addAll(List.of("--backlog", Long.toString(fast)));
    producers.addAll(List.of("--in-flight", Integer.toString(IN_FLIGHT)));
    producers.addAll(List.of("--size", Integer.toString(sizeBytes)));
    producers.addAll(List.of("--per-second", Double.toString(perSecond)));
    ground.startNode(producers, Map.of());
    IdleReport.Written atOnce = fast(ground, disk);
    IdleReport.Written paced = paced(ground, disk);
    ground.stopProducing();
    awaitHeld(ground, Long.parseLong(ground.awaitSaid("fed (\\d+)", LIMIT).group(1)));
    double hours = (double) idleSeconds / SECONDS_AN_HOUR;
    return new IdleReport(
        idle.residentBytes(),
        idle.threads(),
        bytes / hours,
        (idle.writeCalls() - callsBefore) / hours,
        idleSeconds,
        disk.says(),
        atOnce,
        paced,
        ground.stop());
  }

  private IdleReport.Written fast(Ground ground, DiskGauge disk)
      throws IOException, InterruptedException {
    final long before = disk.bytes(ground.node().pid());
    long millis = Long.parseLong(ground.awaitSaid("filled \\d+ in (\\d+) ms", LIMIT).group(1));
    awaitHeld(ground, fast);
    Thread.sleep(SETTLE_MILLIS);
    long bytes = disk.bytes(ground.node().pid()) - before;
    return IdleReport.Written.of(Math.max(1, millis) / 1e3, fast, insightBytes(), bytes);
  }

  private IdleReport.Written paced(Ground ground, DiskGauge disk)
      throws IOException, InterruptedException {
    final long before = disk.bytes(ground.node().pid());
    final long heldBefore = ground.held(Lane.INSIGHT).count();
    final long start = System.nanoTime();
    Thread.sleep(Duration.ofSeconds(pacedSeconds).toMillis());
    long bytes = disk.bytes(ground.node().pid()) - before;
    long insights = ground.held(Lane.INSIGHT).count() - heldBefore;
    double seconds = (System.nanoTime() - start) / 1e9;
    return IdleReport.Written.of(seconds, insights, insightBytes(), bytes);
  }

  private static void awaitHeld(Ground ground, long count)
      throws IOException, InterruptedException {
    DrainRun.Stall stall = new DrainRun.Stall();
    long held = 0;
    while (held < count) {
      held = ground.held(Lane.INSIGHT).count();
      stall.look(held);
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private double insightBytes() {
    DetectionStream stream = new DetectionStream(FeedCommand.SEED, sizeBytes);
    long bytes = 0;
    for (int i = 0; i < SAMPLED; i++) {
      bytes += InsightCodec.encode(stream.next()).length;
    }
    return (double) bytes / SAMPLED;
  }

  private static ProcessFigures figures(Ground ground) throws IOException {
    return ProcessFigures.of(ground.node().pid());
  }
}
