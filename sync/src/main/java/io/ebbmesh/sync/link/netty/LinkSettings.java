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
