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

  static final long MILLISECOND = 1_000_000L;

  private static final String PATH = "ebbmesh.sync.session.";
  private static final long LONGEST = TimeUnit.DAYS.toNanos(365);

  public SessionSettings {
    atLeast(PATH + "connect-timeout", connectTimeoutNanos, MILLISECOND);
    atLeast(PATH + "welcome-timeout", welcomeTimeoutNanos, MILLISECOND);
    atLeast(PATH + "liveness-deadline", livenessDeadlineNanos, MILLISECOND);
    atLeast(PATH + "backoff-base", backoffBaseNanos, 1);
    atLeast(PATH + "backoff-cap", backoffCapNanos, backoffBaseNanos);
    atLeast(PATH + "stable-after", stableAfterNanos, 0);
    atLeast(PATH + "retry-after-cap", retryAfterCapNanos, MILLISECOND);
    atLeast(PATH + "min-dial-interval", minDialIntervalNanos, 0);
  }

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

  /** Refuses a duration by the name of its setting. */
  static void atLeast(String key, long nanos, long leastNanos) {
    if (nanos < leastNanos || nanos > LONGEST) {
      throw new IllegalArgumentException(
          key
              + " is "
              + nanos / MILLISECOND
              + " ms: choose "
              + leastNanos / MILLISECOND
              + " ms to 365 days");
    }
  }

  static long nanos(Config config, String key) {
    return config.getDuration(key, TimeUnit.NANOSECONDS);
  }
}
