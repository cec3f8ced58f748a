package io.ebbmesh.sim.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 *
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
  private static final Duration STATUS_LIMIT = Duration.ofSeconds(10);
  private static final long FULL_MILLIS = 10_000;
  private static final long LOOK_MILLIS = 20;
  private static final int CHUNK_BYTES = 4_096;

  private final CrashFleet fleet;
  private final HttpLoad load;
  private final HttpClient client = HttpClient.newHttpClient();

  DiskRun(CrashPlan plan, CrashFleet fleet) {
    this.fleet = fleet;
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
    boolean answered = statusAnswers();
    fill(ballast);
    fleet.relaunch(Target.NODE, List.of());
    fleet.awaitReady(Target.NODE);
    Thread.sleep(FULL_MILLIS);
    answered &= statusAnswers();
    long whileFull = load.acceptedCount() - before;
    long logBytes = fleet.logBytes(Target.NODE) - logBefore;
    long freedNanos = System.nanoTime();
    Files.delete(ballast);
    awaitMore(load.acceptedCount(), LIMIT);
    long againMillis = (System.nanoTime() - freedNanos) / 1_000_000;
    fleet.relaunch(Target.HUB, List.of());
    fleet.awaitReady(Target.HUB);
    load.finish(LIMIT);
    awaitDrain();
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

  private boolean statusAnswers() throws InterruptedException {
    try {
      return status().statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> status() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + fleet.httpPort() + "/v1/status"))
            .timeout(STATUS_LIMIT)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
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

  private void awaitDrain() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (CrashRun.backlog(status().body()) != 0) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("the backlog was not gone within " + LIMIT);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
