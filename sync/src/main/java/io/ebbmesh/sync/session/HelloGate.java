package io.ebbmesh.sync.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which connection may greet now, fed with (now, peer). After an outage all nodes come
 * together: as many as the hub's store can admit are let in, the others are told to come again one
 * after the other, at the pace at which the hub lets them in.
 *
 * <p>Both rates are virtual schedules (ITU-T I.371, GCRA): one time each, no tokens to refill.
 */
final class HelloGate {

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long MILLI_NANOS = 1_000_000L;

  /**
   * A connection that is sent away.
   *
   * @param message for the operator of the node: the limit and its value
   */
  record TurnedAway(DoorCause cause, String message, long retryAfterMillis) {}

  private final HubSessionSettings settings;
  private final long intervalNanos;
  private final Map<String, Long> nodes;
  private long nextHelloNanos;
  private long nextReturnNanos;

  HelloGate(HubSessionSettings settings, long nowNanos) {
    this.nextHelloNanos = nowNanos;
    this.nextReturnNanos = nowNanos;
    this.settings = settings;
    this.intervalNanos = SECOND_NANOS / settings.maxHellosPerSecond();
    this.nodes =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > settings.maxRememberedNodes();
          }
        };
  }

  /**
   * @param peer as in its certificate
   * @param sessions open connections, greeted or not
   * @param greeting those of them that are not admitted yet
   * @return null if the connection may greet
   */
  @Nullable TurnedAway admit(long nowNanos, String peer, int sessions, int greeting) {
    if (isTooOften(nowNanos, peer)) {
      return new TurnedAway(
          DoorCause.NODE_TOO_OFTEN,
          "this node connects more often than every "
              + settings.nodeHelloIntervalNanos() / MILLI_NANOS
              + " ms (node-hello-interval)",
          settings.busyRetryAfterMillis());
    }
    if (sessions >= settings.maxSessions()) {
      return new TurnedAway(
          DoorCause.SESSIONS_FULL,
          "hub has " + sessions + " sessions, the limit max-sessions of its configuration",
          returnAfterMillis(nowNanos, settings.busyRetryAfterMillis()));
    }
    if (greeting >= settings.maxGreeting()) {
      return new TurnedAway(
          DoorCause.GREETING_FULL,
          greeting + " nodes wait for the hub's store, the limit max-greeting",
          returnAfterMillis(nowNanos, 0));
    }
    if (nextHelloNanos - nowNanos > (settings.helloBurst() - 1) * intervalNanos) {
      return new TurnedAway(
          DoorCause.HELLO_RATE,
          "more nodes come than "
              + settings.maxHellosPerSecond()
              + " a second (max-hellos-per-second)",
          returnAfterMillis(nowNanos, 0));
    }
    nextHelloNanos = Math.max(nextHelloNanos, nowNanos) + intervalNanos;
    return null;
  }

  private boolean isTooOften(long nowNanos, String peer) {
    long interval = settings.nodeHelloIntervalNanos();
    long next = nodes.getOrDefault(peer, nowNanos);
    if (next - nowNanos > (settings.nodeHelloBurst() - 1) * interval) {
      return true;
    }
    nodes.put(peer, Math.max(next, nowNanos) + interval);
    return false;
  }

  /** Who is sent away gets the next free place; when the last is given away, the first again. */
  private long returnAfterMillis(long nowNanos, long atLeastMillis) {
    long earliest =
        nowNanos + Math.max(atLeastMillis, settings.minRetryAfterMillis()) * MILLI_NANOS;
    long latest = nowNanos + settings.maxRetryAfterMillis() * MILLI_NANOS;
    long place = Math.max(nextReturnNanos, earliest) + intervalNanos;
    nextReturnNanos = place > latest ? earliest + intervalNanos : place;
    return (nextReturnNanos - nowNanos) / MILLI_NANOS;
  }
}
