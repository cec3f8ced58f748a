package io.ebbmesh.sim.backlog;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What became of insights whose frames were repeated, passed by younger ones and broken.
 *
 * @param seconds of tampering
 * @param sessions that the node had meanwhile and afterwards
 * @param connections attempts, those that never became a session too
 * @param frames that were sent by either side
 * @param duplicated frames that arrived twice
 * @param heldBack frames that were held back
 * @param overtaken frames that arrived behind younger ones
 * @param corrupted frames that arrived broken
 * @param made insights that were made while frames were tampered with
 * @param storedMeanwhile insights that the hub took meanwhile
 * @param storedPerSecond the same a second
 * @param drainSeconds from the end of the tampering until the hub had everything
 * @param lost accepted insights of which the hub has neither a row nor the broken block
 * @param quarantinedUnbroken insights in quarantine whose block the link did not break
 * @param hubCounted what the hub refused and did not take as it came, in its own words
 */
@JsonPropertyOrder({"lost", "seconds", "sessions", "connections", "frames"})
record FramesReport(
    double seconds,
    long sessions,
    long connections,
    long frames,
    long duplicated,
    long heldBack,
    long overtaken,
    long corrupted,
    long made,
    long storedMeanwhile,
    double storedPerSecond,
    double drainSeconds,
    long lost,
    long quarantinedUnbroken,
    String hubCounted,
    Ledger books) {

  /** Of what is made meanwhile, what the hub has to take meanwhile. */
  static final double LEAST_PROGRESS = 0.5;

  /** Whether insights arrived while frames were tampered with, and not only afterwards. */
  @JsonProperty
  boolean progressed() {
    return storedMeanwhile >= LEAST_PROGRESS * made;
  }

  /** Nothing lost, nothing twice, nothing changed; in quarantine only what the link broke. */
  @JsonProperty
  boolean delivered() {
    return books.balanced()
        && books.pending() == 0
        && books.declaredLost() == 0
        && quarantinedUnbroken == 0
        && books.stored() > 0
        && lost == 0;
  }

  boolean holds() {
    return delivered() && progressed();
  }
}
