package io.ebbmesh.sync.session;

import static io.ebbmesh.sync.session.SessionSettings.MILLISECOND;

import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;

/**
 * Limits of the hub's sessions; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.session.hub}.
 */
public record HubSessionSettings(
    int maxSessions,
    long creditBytes,
    long minCreditBytes,
    long maxCreditBytes,
    long totalCreditBytes,
    long heartbeatMillis,
    long storeAwayHeartbeatNanos,
    long helloTimeoutNanos,
    long livenessDeadlineNanos,
    long busyRetryAfterMillis,
    long storeRetryAfterMillis,
    int maxHellosPerSecond,
    int helloBurst,
    int maxGreeting,
    long minRetryAfterMillis,
    long maxRetryAfterMillis,
    long nodeHelloIntervalNanos,
    int nodeHelloBurst,
    int maxRememberedNodes) {

  private static final String PATH = "ebbmesh.sync.session.hub.";

  public HubSessionSettings {
    atLeastOne("max-sessions", maxSessions);
    atLeastOne("min-credit-bytes", minCreditBytes);
    ordered("min-credit-bytes", minCreditBytes, "credit-bytes", creditBytes);
    ordered("credit-bytes", creditBytes, "max-credit-bytes", maxCreditBytes);
    ordered("max-credit-bytes", maxCreditBytes, "total-credit-bytes", totalCreditBytes);
    duration("heartbeat", heartbeatMillis);
    SessionSettings.atLeast(PATH + "store-away-heartbeat", storeAwayHeartbeatNanos, MILLISECOND);
    SessionSettings.atLeast(PATH + "hello-timeout", helloTimeoutNanos, MILLISECOND);
    SessionSettings.atLeast(PATH + "liveness-deadline", livenessDeadlineNanos, MILLISECOND);
    // A node that says something just as often as it is told to must not be found dead.
    if (heartbeatMillis > livenessDeadlineNanos / MILLISECOND / 2) {
      throw new IllegalArgumentException(
          PATH
              + "heartbeat is "
              + heartbeatMillis
              + " ms: choose at most half of liveness-deadline ("
              + livenessDeadlineNanos / MILLISECOND
              + " ms)");
    }
    duration("busy-retry-after", busyRetryAfterMillis);
    duration("store-retry-after", storeRetryAfterMillis);
    atLeastOne("max-hellos-per-second", maxHellosPerSecond);
    atLeastOne("hello-burst", helloBurst);
    atLeastOne("max-greeting", maxGreeting);
    duration("min-retry-after", minRetryAfterMillis);
    ordered("min-retry-after", minRetryAfterMillis, "max-retry-after", maxRetryAfterMillis);
    SessionSettings.atLeast(PATH + "node-hello-interval", nodeHelloIntervalNanos, MILLISECOND);
    atLeastOne("node-hello-burst", nodeHelloBurst);
    atLeastOne("max-remembered-nodes", maxRememberedNodes);
  }

  private static void atLeastOne(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(PATH + key + " is " + value + ": choose at least 1");
    }
  }

  private static void duration(String key, long millis) {
    SessionSettings.atLeast(
        PATH + key, Math.min(millis, Long.MAX_VALUE / MILLISECOND) * MILLISECOND, MILLISECOND);
  }

  private static void ordered(String key, long value, String upperKey, long upper) {
    if (value > upper) {
      throw new IllegalArgumentException(
          PATH
              + key
              + " is above what "
              + upperKey
              + " ("
              + upper
              + ") allows: raise "
              + upperKey
              + " or lower "
              + key);
    }
  }

  /** Reads the section {@code ebbmesh.sync.session.hub}. */
  public static HubSessionSettings of(Config hub) {
    return new HubSessionSettings(
        hub.getInt("max-sessions"),
        hub.getBytes("credit-bytes"),
        hub.getBytes("min-credit-bytes"),
        hub.getBytes("max-credit-bytes"),
        hub.getBytes("total-credit-bytes"),
        hub.getDuration("heartbeat", TimeUnit.MILLISECONDS),
        SessionSettings.nanos(hub, "store-away-heartbeat"),
        SessionSettings.nanos(hub, "hello-timeout"),
        SessionSettings.nanos(hub, "liveness-deadline"),
        hub.getDuration("busy-retry-after", TimeUnit.MILLISECONDS),
        hub.getDuration("store-retry-after", TimeUnit.MILLISECONDS),
        hub.getInt("max-hellos-per-second"),
        hub.getInt("hello-burst"),
        hub.getInt("max-greeting"),
        hub.getDuration("min-retry-after", TimeUnit.MILLISECONDS),
        hub.getDuration("max-retry-after", TimeUnit.MILLISECONDS),
        SessionSettings.nanos(hub, "node-hello-interval"),
        hub.getInt("node-hello-burst"),
        hub.getInt("max-remembered-nodes"));
  }
}
