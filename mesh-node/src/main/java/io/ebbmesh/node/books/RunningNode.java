package io.ebbmesh.node.books;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.io.InputStream;
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
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;

  private RunningNode() {}

  /** What {@code GET /v1/status} says. */
  static JsonNode status(String url, @Nullable Path tokenFile)
      throws IOException, InterruptedException {
    String token = tokenFile == null ? null : token(tokenFile);
    HttpResponse<InputStream> response;
    byte[] body;
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url.replaceAll("/+$", "") + "/v1/status"))
              .timeout(PATIENCE);
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      response =
          HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .build()
              .send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        body = in.readNBytes(MAX_BODY_BYTES + 1);
      }
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
    if (body.length > MAX_BODY_BYTES) {
      throw new UserErrorException(
          url + " is no node: its status has more than " + MAX_BODY_BYTES + " bytes");
    }
    JsonNode status = response.statusCode() == OK ? json(body) : null;
    if (status == null || !status.path("books").isObject()) {
      throw new UserErrorException(
          url + " is no node of this version: it answered " + response.statusCode());
    }
    return status;
  }

  private static String token(Path file) {
    try {
      String token = Files.readString(file).strip();
      if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new UserErrorException(
            "--token-file " + file + " must hold the token on one line, and nothing else");
      }
      return token;
    } catch (IOException e) {
      throw new UserErrorException("--token-file " + UserErrorException.of(e).getMessage(), e);
    }
  }

  private static @Nullable JsonNode json(byte[] body) {
    try {
      return new ObjectMapper().readTree(body);
    } catch (IOException e) {
      return null;
    }
  }
}
