package io.ebbmesh.node.ingress;

import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a reading. */
public sealed interface ReadingOutcome {

  /**
   * The insight of the reading is durable.
   *
   * @param lane that it is in
   * @param seq its sequence number there; 0 for a repeated reading whose number is no longer kept
   * @param decision what was decided; null for a repeated reading whose decision is no longer kept
   */
  record Accepted(Lane lane, long seq, @Nullable Decision decision) implements ReadingOutcome {}

  /** Not taken: a named limit is reached. The same reading may be handed over again later. */
  record Busy(String message, Duration retryAfter) implements ReadingOutcome {}

  /** No device here or at a neighbour decided in time. Nothing was written. */
  record Undecided(String message) implements ReadingOutcome {}

  /** May or may not be durable: the same reading must be handed over again to know. */
  record Unknown(String message) implements ReadingOutcome {}

  /** Never accepted, however often it is repeated. */
  record Rejected(RejectReason reason, String message) implements ReadingOutcome {}

  /** What the model said. */
  record Decision(InsightKind kind, String label, float score) {}

  /** Why a reading is never accepted. */
  enum RejectReason {
    UNKNOWN_STREAM,
    UNKNOWN_MODEL,
    INVALID
  }
}
