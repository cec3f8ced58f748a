package io.ebbmesh.sim.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A node's HTTP door on loopback. */
final class NodeDoor {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final int port;

  NodeDoor(int port) {
    this.port = port;
  }

  int port() {
    return port;
  }

  /** How the node stands; a missing node if it does not answer. */
  JsonNode status() throws InterruptedException {
    try {
      HttpResponse<byte[]> response =
          client.send(request("/v1/status").GET().build(), HttpResponse.BodyHandlers.ofByteArray());
      return JSON.readTree(response.body());
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  /** Members of the node's site that are up and reachable. */
  int membersUp() throws InterruptedException {
    int up = 0;
    for (JsonNode member : status().path("site").path("members")) {
      if (member.path("status").asText().equals("Up") && member.path("reachable").asBoolean()) {
        up++;
      }
    }
    return up;
  }

  /** Whether a model decides on the node's own device. */
  boolean serves() throws InterruptedException {
    return !status().path("serving").isEmpty();
  }

  /**
   * Posts one reading.
   *
   * @return whether it is durable
   */
  boolean post(String key, String stream, double temperature, double humidity)
      throws InterruptedException {
    String body =
        JSON.createObjectNode()
            .put("stream", stream)
            .set(
                "values",
                JSON.createObjectNode().put("temperature", temperature).put("humidity", humidity))
            .toString();
    try {
      return client
              .send(
                  request("/v1/readings")
                      .header("Content-Type", "application/json")
                      .header("Idempotency-Key", key)
                      .POST(HttpRequest.BodyPublishers.ofString(body))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == OK;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(TIMEOUT);
  }
}
