package io.ebbmesh.sim.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * One run on a disk that something else fills.
 *
 * <pre>
 * work      the node accepts; the hub is stopped, so that its backlog grows
 * full      something else takes every free byte; producers go on
 * restart   the node is killed and started on the full disk
 * free      the space is back; the node must accept
 * drain     the hub is back, and the books are read
 * </pre>
 */
final class DiskRun {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final long FULL_MILLIS = 10_000;
  private static final long LOOK_MILLIS = 20;
  private static final int CHUNK_BYTES = 4_096;

  private final CrashFleet fleet;
  private final HttpLoad load;
  private final NodeStatus status;

  DiskRun(CrashPlan plan, CrashFleet fleet) {
    this.fleet = fleet;
    this.status = new NodeStatus(fleet.httpPort());
    this.load = new HttpLoad(fleet.httpPort(), plan.workers(), plan.seed());
  }

  DiskReport run() throws IOException, InterruptedException {
    fleet.awaitReady(Target.HUB);
    fleet.awaitReady(Target.NODE);
    load.start();
    awaitMore(0, LIMIT);
    fleet.stop(Target.HUB);
    Path ballast = fleet.imageRoot().resolve("ballast");
    fill(ballast);
    long before = load.acceptedCount();
    long logBefore = fleet.logBytes(Target.NODE);
    Thread.sleep(FULL_MILLIS);
    boolean answered = status.answers();
    fill(ballast);
    fleet.relaunch(Target.NODE, List.of());
    fleet.awaitReady(Target.NODE);
    Thread.sleep(FULL_MILLIS);
    answered &= status.answers();
    long whileFull = load.acceptedCount() - before;
    long logBytes = fleet.logBytes(Target.NODE) - logBefore;
    long freedNanos = System.nanoTime();
    Files.delete(ballast);
    awaitMore(load.acceptedCount(), LIMIT);
    long againMillis = (System.nanoTime() - freedNanos) / 1_000_000;
    fleet.relaunch(Target.HUB, List.of());
    fleet.awaitReady(Target.HUB);
    load.finish(LIMIT);
    status.awaitDrained(LIMIT);
    fleet.stop(Target.NODE);
    fleet.stop(Target.HUB);
    CrashBooks books = fleet.books(load);
    return new DiskReport(
        books.accepted(),
        books.acceptedButLost(),
        books.duplicates(),
        books.balanced(),
        whileFull,
        true,
        answered,
        logBytes,
        againMillis,
        null);
  }

  /** Takes every byte that is left. */
  private static void fill(Path ballast) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  private void awaitMore(long than, Duration atMost) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (load.acceptedCount() <= than) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("nothing was accepted within " + atMost + ": " + load.lastProblem());
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
