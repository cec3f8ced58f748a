package io.ebbmesh.sync.insight.uplink;

/**
 * Lets a bulk lane of a metered link gather for a while once it has named all that it holds: what
 * is not named is merged, and a block of many insights costs a tenth of many of one.
 */
final class Gathering {

  private final long gatherNanos;
  private long untilNanos;

  /**
   * @param gatherNanos 0 if the lane sends what it has at once
   */
  Gathering(long gatherNanos) {
    this.gatherNanos = gatherNanos;
  }

  /** All that the lane holds was named. */
  void begin(long nowNanos) {
    untilNanos = gatherNanos == 0 ? 0 : nowNanos + gatherNanos;
  }

  void endIfDue(long nowNanos) {
    if (untilNanos <= nowNanos) {
      untilNanos = 0;
    }
  }

  void end() {
    untilNanos = 0;
  }

  boolean isOn() {
    return untilNanos > 0;
  }

  /** When it is over; 0 if it is. */
  long untilNanos() {
    return untilNanos;
  }
}
