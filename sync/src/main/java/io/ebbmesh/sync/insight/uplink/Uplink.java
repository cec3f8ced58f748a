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

  /** Why bulk lanes do not send on a metered link. */
  public enum WaitsFor {
    NOTHING,
    /** The day's budget is used up: for the next day. */
    BUDGET,
    /** For the hours in which they may. */
    HOURS
  }

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
   * @param spentToday bytes of the day's budget that are spent; 0 if there is none
   * @param waitsFor what bulk lanes wait for on a metered link
   */
  public record Totals(
      long blocksSent,
      long insightsSent,
      long bytesSent,
      long insightsAcknowledged,
      long bytesAcknowledged,
      long lossesSent,
      long bytesInFlight,
      long spentToday,
      WaitsFor waitsFor) {}
}
