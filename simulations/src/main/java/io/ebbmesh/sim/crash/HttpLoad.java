package io.ebbmesh.sim.crash;

import io.ebbmesh.sim.process.LaneSeq;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Producers that post readings to a node and keep their own log of what was accepted. A reading
 * that was not answered is posted again under the same key until it is.
 */
final class HttpLoad {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final long RETRY_PAUSE_MILLIS = 20;

  /** A node that starts has better use for the processor than refusing connections. */
  private static final long MOST_PAUSE_MILLIS = 160;

  private static final int OK = 200;
  private static final Pattern SEQ = Pattern.compile("\"lane\":\"([a-z]+)\",\"seq\":(\\d+)");
  private static final Pattern KEY = Pattern.compile("w(\\d{1,4})-(\\d{8})");

  private final URI target;
  private final int workers;
  private final SplittableRandom seeds;
  private final Map<String, LaneSeq> accepted = new ConcurrentSkipListMap<>();
  private final Consumer<Acceptance> heard;
  private final AtomicLongArray begun;
  private final AtomicLong acceptedCount = new AtomicLong();
  private final AtomicLong repeats = new AtomicLong();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean abandoned = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private volatile String lastProblem = "";
  private volatile @Nullable String illFormed;

  /**
   * One reading that was answered 200.
   *
   * @param askedMicros when it was posted for the first time, microseconds since 1970
   * @param heardMicros when the answer was there
   */
  record Acceptance(long askedMicros, long heardMicros) {}

  HttpLoad(int port, int workers, long seed) {
    this(port, workers, seed, acceptance -> {});
  }

  /**
   * @param heard told of each acceptance, from many threads
   */
  HttpLoad(int port, int workers, long seed, Consumer<Acceptance> heard) {
    this.heard = heard;
    this.target = URI.create("http://127.0.0.1:" + port + "/v1/readings");
    this.workers = workers;
    this.begun = new AtomicLongArray(workers);
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
    checkForm();
  }

  private void checkForm() throws IOException {
    String answer = illFormed;
    if (answer != null) {
      throw new IOException("an acceptance without lane and number: " + answer);
    }
  }

  /** Ends as soon as it can; what was not answered by then stays unanswered. */
  void abandon() throws InterruptedException {
    stopping.set(true);
    abandoned.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /**
   * Keys of readings that were answered 200, each one reading, and their numbers; 0 where the node
   * only knew that it had accepted the reading before.
   */
  Map<String, LaneSeq> accepted() {
    return accepted;
  }

  /** How many readings were answered 200. */
  long acceptedCount() {
    return acceptedCount.get();
  }

  /** Whether a reading of this key was ever posted. */
  boolean hasBegun(String key) {
    Matcher matcher = KEY.matcher(key);
    if (!matcher.matches()) {
      return false;
    }
    int worker = Integer.parseInt(matcher.group(1));
    long number = Long.parseLong(matcher.group(2));
    return worker < workers && number >= 1 && number <= begun.get(worker);
  }

  /** What the last post that was not accepted met; empty if all were. */
  String lastProblem() {
    return lastProblem;
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
      begun.set(worker, i);
      long askedMicros = nowMicros();
      String answer = postUntilAnswered(client, key, body);
      if (answer == null) {
        return;
      }
      Matcher seq = SEQ.matcher(answer);
      if (!seq.find()) {
        illFormed = answer;
        return;
      }
      accepted.put(key, LaneSeq.of(seq.group(1), Long.parseLong(seq.group(2))));
      acceptedCount.incrementAndGet();
      heard.accept(new Acceptance(askedMicros, nowMicros()));
    }
  }

  private static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  /** The answer; null if the run was given up. */
  private @Nullable String postUntilAnswered(HttpClient client, String key, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .timeout(REQUEST_TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .build();
    long pauseMillis = RETRY_PAUSE_MILLIS;
    while (!abandoned.get()) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == OK) {
          return response.body();
        }
        lastProblem = response.statusCode() + " " + response.body();
      } catch (IOException e) {
        lastProblem = String.valueOf(e);
      } catch (InterruptedException e) {
        return null;
      }
      repeats.incrementAndGet();
      try {
        Thread.sleep(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, MOST_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return null;
      }
    }
    return null;
  }
}
