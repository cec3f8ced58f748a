package io.ebbmesh.node.site;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.site.SiteLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The settings under {@code ebbmesh.node.site}, checked; {@code reference.conf} says what each is.
 *
 * @param bindHost where to listen; equals {@code host} unless configured
 * @param seeds addresses, in the order that all nodes of the site share
 */
public record SiteSettings(
    String name,
    HostPort self,
    String bindHost,
    List<HostPort> seeds,
    Keys keys,
    Limits limits,
    Timing timing,
    int threads) {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9-]{0,62}");

  /** A port of a host. */
  public record HostPort(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** PKCS12 files and their passwords; never printed. */
  public record Keys(
      Path keyStore, String keyStorePassword, Path trustStore, String trustStorePassword) {
    @Override
    public String toString() {
      return "Keys[" + keyStore + ", " + trustStore + "]";
    }
  }

  /** What is bounded. */
  public record Limits(int maxInFlight, int maxServed, int maxModels, int maxMessageBytes) {}

  /** How long things take. */
  public record Timing(
      Duration minAttempt,
      Duration seedTimeout,
      Duration formAfter,
      Duration probeInterval,
      Duration heartbeatInterval,
      Duration heartbeatPause,
      Duration stableAfter,
      Duration minRebuildDelay,
      Duration maxRebuildDelay,
      Duration abandonAfter) {}

  /**
   * Reads and checks.
   *
   * @param site the object at {@code ebbmesh.node.site}
   * @throws SiteException naming the setting that is wrong
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or of a wrong
   *     type
   */
  public static SiteSettings of(Config site) {
    String name = site.getString("name");
    if (!NAME.matcher(name).matches()) {
      throw new SiteException(
          "ebbmesh.node.site.name '" + name + "' must be 1 to 63 letters, digits and '-'");
    }
    String host = site.getString("host");
    HostPort self = hostPort("port", host + ":" + site.getString("port"));
    String bindHost = site.getString("bind-host");
    List<HostPort> seeds =
        site.getStringList("seeds").stream().map(seed -> hostPort("seeds", seed)).toList();
    if (seeds.isEmpty()) {
      throw new SiteException(
          "ebbmesh.node.site.seeds is empty: list host:port of the nodes to look for, this one"
              + " included if it may form the site");
    }
    return new SiteSettings(
        name,
        self,
        bindHost.isEmpty() ? host : bindHost,
        seeds,
        new Keys(
            path(site, "key-store"),
            site.getString("key-store-password"),
            path(site, "trust-store"),
            site.getString("trust-store-password")),
        limits(site),
        timing(site),
        positive(site, "threads"));
  }

  private static Limits limits(Config site) {
    long messageBytes = site.getBytes("max-message-bytes");
    if (messageBytes < 64 * 1024 || messageBytes > SiteLimits.MAX_TENSOR_BYTES) {
      throw new SiteException(
          "ebbmesh.node.site.max-message-bytes must be from 64 KiB to 4 MiB, not " + messageBytes);
    }
    return new Limits(
        positive(site, "max-in-flight"),
        positive(site, "max-served"),
        positive(site, "max-models"),
        (int) messageBytes);
  }

  private static Timing timing(Config site) {
    Timing timing =
        new Timing(
            time(site, "min-attempt"),
            time(site, "seed-timeout"),
            time(site, "form-after"),
            time(site, "probe-interval"),
            time(site, "heartbeat-interval"),
            time(site, "heartbeat-pause"),
            time(site, "stable-after"),
            time(site, "min-rebuild-delay"),
            time(site, "max-rebuild-delay"),
            time(site, "abandon-after"));
    if (timing.maxRebuildDelay.compareTo(timing.minRebuildDelay) < 0) {
      throw new SiteException(
          "ebbmesh.node.site.max-rebuild-delay must not be below min-rebuild-delay");
    }
    return timing;
  }

  private static Duration time(Config site, String key) {
    Duration duration = site.getDuration(key);
    if (duration.isNegative() || duration.isZero()) {
      throw new SiteException("ebbmesh.node.site." + key + " must be positive, not " + duration);
    }
    return duration;
  }

  private static int positive(Config site, String key) {
    int value = site.getInt(key);
    if (value < 1) {
      throw new SiteException("ebbmesh.node.site." + key + " must be at least 1, not " + value);
    }
    return value;
  }

  private static Path path(Config site, String key) {
    String path = site.getString(key);
    if (path.isEmpty()) {
      throw new SiteException(
          "ebbmesh.node.site."
              + key
              + " is not set: neighbours are only let in by certificate, name a PKCS12 file");
    }
    return Path.of(path);
  }

  private static HostPort hostPort(String key, String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon < 1 || port < 1 || port > 65_535) {
        throw new NumberFormatException(text);
      }
      return new HostPort(text.substring(0, colon), port);
    } catch (NumberFormatException e) {
      throw new SiteException(
          "ebbmesh.node.site." + key + ": '" + text + "' is not host:port with a port to 65535", e);
    }
  }
}
