package io.ebbmesh.node.books;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks a node that runs over HTTP. */
final class RunningNode {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;

  private RunningNode() {}

  /** What {@code GET /v1/status} says. */
  static JsonNode status(String url, @Nullable Path tokenFile)
      throws IOException, InterruptedException {
    HttpResponse<String> response;
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url.replaceAll("/+$", "") + "/v1/status"))
              .timeout(PATIENCE);
      if (tokenFile != null) {
        request.header("Authorization", "Bearer " + Files.readString(tokenFile).strip());
      }
      response =
          HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .build()
              .send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(
          "--url '" + url + "' cannot be used: write http://HOST:PORT, as ebbmesh.node.http has it",
          e);
    } catch (IOException e) {
      throw new IOException(
          url
              + " does not answer ("
              + e
              + "): is the node running, with ebbmesh.node.http.enabled?",
          e);
    }
    if (response.statusCode() == UNAUTHORIZED) {
      throw new UserErrorException(url + " asks for the node's token: give it with --token-file");
    }
    JsonNode status =
        response.statusCode() == OK ? new ObjectMapper().readTree(response.body()) : null;
    if (status == null || !status.path("books").isObject()) {
      throw new UserErrorException(url + " is no node of this version: " + response.statusCode());
    }
    return status;
  }
}
