package io.ebbmesh.sync.link.netty;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Limits of the wire; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.link}.
 */
public record LinkSettings(
    Duration connectTimeout,
    Duration handshakeTimeout,
    Duration closeTimeout,
    int maxHalfOpen,
    Duration halfOpenGrace,
    int maxConnections,
    long maxUnsentBytes,
    int ioThreads,
    String congestionControl) {

  private static final String PATH = "ebbmesh.sync.link.";
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int MAX_THREADS = 1024;
  private static final long LEAST_UNSENT_BYTES = 1024 * 1024;

  /** The longest name that a kernel takes (TCP_CA_NAME_MAX). */
  private static final int MAX_NAME = 15;

  public LinkSettings {
    within("connect-timeout", connectTimeout, Duration.ofMillis(1));
    within("handshake-timeout", handshakeTimeout, Duration.ofMillis(1));
    within("close-timeout", closeTimeout, Duration.ZERO);
    within("half-open-grace", halfOpenGrace, Duration.ZERO);
    within("max-half-open", maxHalfOpen, 1, Integer.MAX_VALUE);
    within("max-connections", maxConnections, 1, Integer.MAX_VALUE);
    within("max-unsent-bytes", maxUnsentBytes, LEAST_UNSENT_BYTES, Long.MAX_VALUE);
    within("io-threads", ioThreads, 1, MAX_THREADS);
    if (congestionControl.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          PATH
              + "congestion-control is "
              + congestionControl
              + ": choose a name of the kernel with at most 15 letters, or \"\" for the system's");
    }
  }

  private static void within(String key, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          PATH
              + key
              + " is "
              + value.toMillis()
              + " ms: choose "
              + least.toMillis()
              + " ms to 1 day");
    }
  }

  private static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + key + " is " + value + ": choose " + least + " to " + most);
    }
  }

  /** Reads the section {@code ebbmesh.sync.link}. */
  public static LinkSettings of(Config link) {
    return new LinkSettings(
        link.getDuration("connect-timeout"),
        link.getDuration("handshake-timeout"),
        link.getDuration("close-timeout"),
        link.getInt("max-half-open"),
        link.getDuration("half-open-grace"),
        link.getInt("max-connections"),
        link.getBytes("max-unsent-bytes"),
        link.getInt("io-threads"),
        link.getString("congestion-control"));
  }
}
