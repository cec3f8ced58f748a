package io.ebbmesh.node.ingress.http;

import com.typesafe.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * The settings under {@code ebbmesh.node.http}, checked; {@code reference.conf} says what each is.
 *
 * @param port 0 takes any free one
 * @param bearerToken empty if none is asked for
 */
public record HttpSettings(
    String host,
    int port,
    String bearerToken,
    int maxConnections,
    int maxBodyBytes,
    int maxReadings,
    int maxInFlight,
    Duration answerTimeout,
    Duration retryAfter) {

  private static final int MIN_TOKEN_CHARS = 16;
  private static final int MAX_PORT = 65_535;

  /**
   * Reads and checks.
   *
   * @param http the object at {@code ebbmesh.node.http}
   * @throws HttpIngressException naming the setting that is wrong, above all an address that others
   *     can reach without a token
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or of a wrong
   *     type
   */
  public static HttpSettings of(Config http) {
    HttpSettings settings =
        new HttpSettings(
            http.getString("host"),
            http.getInt("port"),
            http.getString("bearer-token"),
            positive(http, "max-connections"),
            (int) Math.min(http.getBytes("max-body-bytes"), Integer.MAX_VALUE),
            positive(http, "max-readings"),
            positive(http, "max-in-flight"),
            http.getDuration("answer-timeout"),
            http.getDuration("retry-after"));
    settings.check();
    return settings;
  }

  private void check() {
    if (port < 0 || port > MAX_PORT) {
      throw new HttpIngressException(
          "ebbmesh.node.http.port must be from 0 to " + MAX_PORT + ", not " + port);
    }
    if (maxReadings > maxInFlight) {
      throw new HttpIngressException(
          "ebbmesh.node.http.max-readings = "
              + maxReadings
              + " must not be above max-in-flight = "
              + maxInFlight
              + ": such an array could never be taken");
    }
    if (!bearerToken.isEmpty() && bearerToken.length() < MIN_TOKEN_CHARS) {
      throw new HttpIngressException(
          "ebbmesh.node.http.bearer-token must have at least " + MIN_TOKEN_CHARS + " characters");
    }
    if (bearerToken.isEmpty() && !isLoopback()) {
      throw new HttpIngressException(
          "ebbmesh.node.http.host "
              + host
              + " can be reached by others and nothing says who may: set"
              + " ebbmesh.node.http.bearer-token, or listen on 127.0.0.1");
    }
  }

  private boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new HttpIngressException(
          "ebbmesh.node.http.host " + host + " is not an address of this machine", e);
    }
  }

  private static int positive(Config http, String key) {
    int value = http.getInt(key);
    if (value < 1) {
      throw new HttpIngressException(
          "ebbmesh.node.http." + key + " must be at least 1, not " + value);
    }
    return value;
  }

  /** Does not show the token. */
  @Override
  public String toString() {
    return "HttpSettings[" + host + ":" + port + "]";
  }
}
