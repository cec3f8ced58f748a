package io.ebbmesh.sim.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node says of itself at {@code /v1/status}. */
final class NodeStatus {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 20;
  private static final int OK = 200;
  private static final Pattern BACKLOG = Pattern.compile("\"backlog\":\\{([^}]*)}");
  private static final Pattern COUNT = Pattern.compile(":(\\d+)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpRequest request;

  NodeStatus(int port) {
    this.request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/status"))
            .timeout(ANSWER_LIMIT)
            .build();
  }

  /** Whether it says anything in time. */
  boolean answers() throws InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits until the hub has everything.
   *
   * @throws IOException if that is not so in time, or the node does not answer
   */
  void awaitDrained(Duration atMost) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      if (backlog(body) == 0) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("the backlog was not gone within " + atMost + ": " + body);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** Insights that a node's status says the hub has not acknowledged; -1 if it says nothing. */
  static long backlog(String status) {
    Matcher lanes = BACKLOG.matcher(status);
    if (!lanes.find()) {
      return -1;
    }
    long sum = 0;
    Matcher count = COUNT.matcher(lanes.group(1));
    while (count.find()) {
      sum += Long.parseLong(count.group(1));
    }
    return sum;
  }
}
