package io.ebbmesh.sync.session;

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

  /** Reads the section {@code ebbmesh.sync.session.hub}. */
  public static HubSessionSettings of(Config hub) {
    return new HubSessionSettings(
        hub.getInt("max-sessions"),
        hub.getBytes("credit-bytes"),
        hub.getBytes("min-credit-bytes"),
        hub.getBytes("max-credit-bytes"),
        hub.getBytes("total-credit-bytes"),
        hub.getDuration("heartbeat", TimeUnit.MILLISECONDS),
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
