package io.ebbmesh.sim.check;

/**
 * One flipped bit, or one file that was cut short, and what came of it.
 *
 * @param file below the store, with {@code /}
 * @param offset byte in the file
 * @param bit 0 to 7; -1 if the file ends there
 * @param outcome what came of it
 * @param lost insights that were declared lost
 * @param detail what was wrong, or what the store said of itself; empty if nothing
 */
record Flip(String file, long offset, int bit, Outcome outcome, long lost, String detail) {

  /** What can come of a flipped bit. */
  enum Outcome {
    /** Nothing was noticed and everything is there: the bit was in no use. */
    UNAFFECTED,
    /** The damage was reported and everything is there. */
    REPAIRED,
    /** The insights that were hit are declared lost, and all others are there. */
    DECLARED_LOST,
    /** An insight is gone or changed, or would come twice, and nobody says so. */
    SILENT,
    /** More than what was hit is declared lost. */
    TOO_MUCH_LOST,
    /** The outbox does not come to accept. */
    NOT_STARTED
  }

  boolean holds() {
    return outcome == Outcome.UNAFFECTED
        || outcome == Outcome.REPAIRED
        || outcome == Outcome.DECLARED_LOST;
  }
}
