package io.ebbmesh.sim.link;

import io.ebbmesh.sim.link.trace.LinkCondition;

/**
 * What a link does beside what its schedule says.
 *
 * @param base what the schedule leaves unsaid
 * @param queueBytes what waits in the slowest router; more is lost once and sent again
 * @param cut what the ends hear when the link goes
 * @param signal whether the node is told that the link came up
 * @param connectTimeoutNanos when a dial without an answer is given up
 * @param hostility what a broken middlebox does to single frames
 */
public record WireSettings(
    LinkCondition base,
    long queueBytes,
    Cut cut,
    boolean signal,
    long connectTimeoutNanos,
    Hostility hostility) {

  /** What happens to open connections when a link goes. */
  public enum Cut {
    /** Nothing is heard: the ends find out by their own deadlines. */
    SILENT,
    /** Both ends hear it at once. */
    RESET
  }

  /**
   * Rates by frame, each 0 to 1.
   *
   * @param loss frames that vanish
   * @param duplication frames that come twice
   * @param reordering frames that come late, behind younger ones
   * @param corruption frames in which a bit flips: the cipher notices, and the connection breaks
   */
  public record Hostility(double loss, double duplication, double reordering, double corruption) {

    public static final Hostility NONE = new Hostility(0, 0, 0, 0);

    boolean isNone() {
      return loss == 0 && duplication == 0 && reordering == 0 && corruption == 0;
    }
  }
}
