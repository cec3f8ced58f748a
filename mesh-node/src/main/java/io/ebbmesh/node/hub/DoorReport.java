package io.ebbmesh.node.hub;

import io.ebbmesh.sync.link.netty.NettyLinkServer;
import io.ebbmesh.sync.session.HubSessions;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * Says in the log, once in an hour in which it changed, how often connections failed and peers were
 * sent away since the start, and why.
 */
final class DoorReport {

  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ActorSystem<Void> system;
  private final ActorRef<HubSessions.Command> sessions;
  private final NettyLinkServer server;
  private volatile String last = "";

  private DoorReport(
      ActorSystem<Void> system, ActorRef<HubSessions.Command> sessions, NettyLinkServer server) {
    this.system = system;
    this.sessions = sessions;
    this.server = server;
  }

  /** Ends with the system. */
  static void start(
      ActorSystem<Void> system, ActorRef<HubSessions.Command> sessions, NettyLinkServer server) {
    DoorReport report = new DoorReport(system, sessions, server);
    system.scheduler().scheduleWithFixedDelay(EVERY, EVERY, report::ask, system.executionContext());
  }

  private void ask() {
    AskPattern.<HubSessions.Command, HubSessions.DoorCounts>ask(
            sessions, HubSessions.GetDoorCounts::new, PATIENCE, system.scheduler())
        .thenAccept(
            doors -> {
              String now = line(server.failures(), doors.counts());
              if (!now.equals(last)) {
                last = now;
                system.log().info(now);
              }
            });
  }

  /**
   * What happened at least once; empty if nothing did.
   *
   * @param failures of connections, by cause
   * @param sentAway peers, by cause
   */
  static String line(Map<? extends Enum<?>, Long> failures, Map<? extends Enum<?>, Long> sentAway) {
    String failed = counted(failures);
    String away = counted(sentAway);
    return failed.isEmpty() && away.isEmpty()
        ? ""
        : "since the start: connections that failed: "
            + (failed.isEmpty() ? "none" : failed)
            + "; peers that were sent away: "
            + (away.isEmpty() ? "none" : away);
  }

  private static String counted(Map<? extends Enum<?>, Long> counts) {
    StringJoiner named = new StringJoiner(", ");
    counts.forEach(
        (cause, count) -> {
          if (count > 0) {
            named.add(count + " " + cause);
          }
        });
    return named.toString();
  }
}
