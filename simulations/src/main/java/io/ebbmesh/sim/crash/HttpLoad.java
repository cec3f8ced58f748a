package io.ebbmesh.sim.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Producers that post readings to a node and keep their own log of what was accepted. A reading
 * that was not answered is posted again under the same key until it is.
 */
final class HttpLoad {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final long RETRY_PAUSE_MILLIS = 20;
  private static final int OK = 200;

  private final URI target;
  private final int workers;
  private final SplittableRandom seeds;
  private final Set<String> accepted = new ConcurrentSkipListSet<>();
  private final AtomicLong repeats = new AtomicLong();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean abandoned = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private volatile String lastProblem = "";

  HttpLoad(int port, int workers, long seed) {
    this.target = URI.create("http://127.0.0.1:" + port + "/v1/readings");
    this.workers = workers;
    this.seeds = new SplittableRandom(seed);
  }

  void start() {
    for (int i = 0; i < workers; i++) {
      int worker = i;
      SplittableRandom random = seeds.split();
      Thread thread = new Thread(() -> run(worker, random), "load-" + worker);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** Starts no further reading, and waits until each that was begun is answered. */
  void finish(Duration atMost) throws InterruptedException, IOException {
    stopping.set(true);
    long deadline = System.nanoTime() + atMost.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      if (thread.isAlive()) {
        abandoned.set(true);
        throw new IOException(
            "a reading was not answered within " + atMost + "; last problem: " + lastProblem);
      }
    }
  }

  /** Keys of readings that were answered 200; each was one reading. */
  Set<String> accepted() {
    return accepted;
  }

  /** Posts that repeated an unanswered reading. */
  long repeats() {
    return repeats.get();
  }

  private void run(int worker, SplittableRandom random) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    double temperature = 20 + random.nextDouble() * 10;
    double humidity = 40 + random.nextDouble() * 10;
    for (long i = 1; !stopping.get(); i++) {
      temperature += (random.nextDouble() - 0.5) * 0.1;
      humidity += (random.nextDouble() - 0.5) * 0.1;
      String key = String.format(Locale.ROOT, "w%d-%08d", worker, i);
      String body =
          String.format(
              Locale.ROOT,
              "{\"stream\":\"mote-%d\",\"values\":{\"temperature\":%.3f,\"humidity\":%.3f}}",
              worker + 1,
              temperature,
              humidity);
      if (!postUntilAnswered(client, key, body)) {
        return;
      }
      accepted.add(key);
    }
  }

  private boolean postUntilAnswered(HttpClient client, String key, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .timeout(REQUEST_TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .build();
    while (!abandoned.get()) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == OK) {
          return true;
        }
        lastProblem = response.statusCode() + " " + response.body();
      } catch (IOException e) {
        lastProblem = String.valueOf(e);
      } catch (InterruptedException e) {
        return false;
      }
      repeats.incrementAndGet();
      try {
        Thread.sleep(RETRY_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return false;
      }
    }
    return false;
  }
}
