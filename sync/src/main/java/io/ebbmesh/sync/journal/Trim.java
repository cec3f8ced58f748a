package io.ebbmesh.sync.journal;

import io.ebbmesh.protocol.insight.SeqRanges;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * To the journal: gives up events for good, in ranges. Only what lies at or below the newest
 * durable snapshot of the persistence id can be given up; the highest sequence number stays.
 *
 * @param ranges Pekko sequence numbers of the persistence id; what is not there is passed over
 */
public record Trim(String persistenceId, SeqRanges ranges, ActorRef<Reply> replyTo)
    implements NoSerializationVerificationNeeded {

  /** What the journal answers. */
  public sealed interface Reply extends NoSerializationVerificationNeeded {}

  /** Durably given up. */
  public record Trimmed(String persistenceId, SeqRanges ranges) implements Reply {}

  /**
   * Nothing was given up.
   *
   * @param snapshotSequenceNr of the newest durable snapshot; 0 if there is none
   * @param reason for the log
   */
  public record Refused(
      String persistenceId, SeqRanges ranges, long snapshotSequenceNr, String reason)
      implements Reply {}

  /** The outcome is unknown; the same trim may be sent again. */
  public record Failed(String persistenceId, SeqRanges ranges, String reason) implements Reply {}
}
