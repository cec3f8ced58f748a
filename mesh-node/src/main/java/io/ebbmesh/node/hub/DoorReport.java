package io.ebbmesh.node.hub;

import io.ebbmesh.sync.link.netty.NettyLinkServer;
import io.ebbmesh.sync.session.HubSessions;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log, once in an hour in which it changed and at the end, how often connections
 * failed, peers were sent away and blocks were not taken as they came since the start, and why.
 */
final class DoorReport {

  /** Not the system's, which is one of Pekko's: their news are not shown. */
  private static final Logger LOG = LoggerFactory.getLogger(DoorReport.class);

  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ActorSystem<Void> system;
  private final HubGuardian.Doors doors;
  private final NettyLinkServer server;
  private final LongSupplier givenUp;
  private volatile String last = "";

  private DoorReport(
      ActorSystem<Void> system,
      HubGuardian.Doors doors,
      NettyLinkServer server,
      LongSupplier givenUp) {
    this.system = system;
    this.doors = doors;
    this.server = server;
    this.givenUp = givenUp;
  }

  /**
   * Ends with the system.
   *
   * @param givenUp how many blocks in quarantine gave up their bytes
   */
  static DoorReport start(
      ActorSystem<Void> system,
      HubGuardian.Doors doors,
      NettyLinkServer server,
      LongSupplier givenUp) {
    DoorReport report = new DoorReport(system, doors, server, givenUp);
    system.scheduler().scheduleWithFixedDelay(EVERY, EVERY, report::say, system.executionContext());
    return report;
  }

  /** Says it now, if it changed; completed when it is said. Before the system ends. */
  CompletionStage<Void> say() {
    return AskPattern.<HubSessions.Command, HubSessions.DoorCounts>ask(
            doors.sessions(), HubSessions.GetDoorCounts::new, PATIENCE, system.scheduler())
        .thenAccept(
            sentAway -> {
              String now =
                  line(
                      server.failures(),
                      sentAway.counts(),
                      doors.ingest().counts(),
                      givenUp.getAsLong());
              if (!now.equals(last)) {
                last = now;
                LOG.info(now);
              }
            });
  }

  /**
   * What happened at least once; empty if nothing did.
   *
   * @param failures of connections, by cause
   * @param sentAway peers, by cause
   * @param notTaken blocks and loss records of sessions, by what is wrong with them
   * @param givenUp blocks in quarantine without their bytes
   */
  static String line(
      Map<? extends Enum<?>, Long> failures,
      Map<? extends Enum<?>, Long> sentAway,
      Map<? extends Enum<?>, Long> notTaken,
      long givenUp) {
    String failed = counted(failures);
    String away = counted(sentAway);
    String wrong = counted(notTaken);
    return failed.isEmpty() && away.isEmpty() && wrong.isEmpty() && givenUp == 0
        ? ""
        : "since the start: connections that failed: "
            + (failed.isEmpty() ? "none" : failed)
            + "; peers that were sent away: "
            + (away.isEmpty() ? "none" : away)
            + "; blocks that were not taken as they came: "
            + (wrong.isEmpty() ? "none" : wrong)
            + (givenUp == 0 ? "" : "; blocks in quarantine that gave up their bytes: " + givenUp);
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
