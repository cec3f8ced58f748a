package io.ebbmesh.sync.session;

import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;

/**
 * Limits of a node's session; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.session}.
 */
public record SessionSettings(
    long connectTimeoutNanos,
    long welcomeTimeoutNanos,
    long livenessDeadlineNanos,
    long backoffBaseNanos,
    long backoffCapNanos,
    long stableAfterNanos,
    long retryAfterCapNanos,
    long minDialIntervalNanos) {

  /** Reads the section {@code ebbmesh.sync.session}. */
  public static SessionSettings of(Config session) {
    return new SessionSettings(
        nanos(session, "connect-timeout"),
        nanos(session, "welcome-timeout"),
        nanos(session, "liveness-deadline"),
        nanos(session, "backoff-base"),
        nanos(session, "backoff-cap"),
        nanos(session, "stable-after"),
        nanos(session, "retry-after-cap"),
        nanos(session, "min-dial-interval"));
  }

  static long nanos(Config config, String key) {
    return config.getDuration(key, TimeUnit.NANOSECONDS);
  }
}
