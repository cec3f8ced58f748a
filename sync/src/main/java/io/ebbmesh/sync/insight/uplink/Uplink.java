package io.ebbmesh.sync.insight.uplink;

import org.apache.pekko.actor.typed.ActorRef;

/** What others ask of the uplink. */
public final class Uplink {

  private Uplink() {}

  /** To the uplink. */
  public sealed interface Command
      permits GetTotals,
          UplinkActor.FromSession,
          UplinkActor.FromLane,
          UplinkActor.FromOutbox,
          UplinkActor.FromJournal,
          UplinkActor.Wake {}

  /** Asks how much went up since the start, for metrics, the console and the demo. */
  public record GetTotals(ActorRef<Totals> replyTo) implements Command {}

  /**
   * Since the start of the process; what is sent again counts again.
   *
   * @param blocksSent blocks pushed
   * @param insightsSent insights in them
   * @param bytesSent bytes of them, as on disk
   * @param insightsAcknowledged insights in pushed blocks that the hub acknowledged
   * @param bytesAcknowledged bytes of pushed blocks that the hub acknowledged
   * @param lossesSent loss records sent
   * @param bytesInFlight bytes sent and not acknowledged now
   */
  public record Totals(
      long blocksSent,
      long insightsSent,
      long bytesSent,
      long insightsAcknowledged,
      long bytesAcknowledged,
      long lossesSent,
      long bytesInFlight) {}
}
