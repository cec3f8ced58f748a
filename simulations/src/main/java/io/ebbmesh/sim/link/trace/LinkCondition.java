package io.ebbmesh.sim.link.trace;

/**
 * What a link is like for a while. {@link #UNSAID} stands where a trace says nothing; {@link #over}
 * fills it in.
 *
 * @param up whether the link exists; a rate of 0 on a link that is up lets nothing pass and tells
 *     nobody
 * @param upBitsPerSecond from the node to the hub
 * @param downBitsPerSecond from the hub to the node
 * @param latencyNanos one way
 * @param jitterNanos standard deviation of the latency, one way
 * @param loss share of packets lost, 0 to 1, as the trace measured it: a ping counts both ways
 */
public record LinkCondition(
    boolean up,
    double upBitsPerSecond,
    double downBitsPerSecond,
    long latencyNanos,
    long jitterNanos,
    double loss) {

  /** The trace does not say. */
  public static final int UNSAID = -1;

  /** There is a link, and nothing else is said of it. */
  public static final LinkCondition UP =
      new LinkCondition(true, UNSAID, UNSAID, UNSAID, UNSAID, UNSAID);

  /** There is no link. */
  public static final LinkCondition DOWN =
      new LinkCondition(false, UNSAID, UNSAID, UNSAID, UNSAID, UNSAID);

  /**
   * @throws IllegalArgumentException if a value is negative but not {@link #UNSAID}, not finite, or
   *     the loss is above 1
   */
  public LinkCondition {
    check("upBitsPerSecond", upBitsPerSecond, Double.MAX_VALUE);
    check("downBitsPerSecond", downBitsPerSecond, Double.MAX_VALUE);
    check("latencyNanos", (double) latencyNanos, Double.MAX_VALUE);
    check("jitterNanos", (double) jitterNanos, Double.MAX_VALUE);
    check("loss", loss, 1);
  }

  /** This condition, with what it leaves unsaid taken from the base; down if either is. */
  public LinkCondition over(LinkCondition base) {
    return new LinkCondition(
        up && base.up,
        upBitsPerSecond == UNSAID ? base.upBitsPerSecond : upBitsPerSecond,
        downBitsPerSecond == UNSAID ? base.downBitsPerSecond : downBitsPerSecond,
        latencyNanos == UNSAID ? base.latencyNanos : latencyNanos,
        jitterNanos == UNSAID ? base.jitterNanos : jitterNanos,
        loss == UNSAID ? base.loss : loss);
  }

  static LinkCondition rates(double upBitsPerSecond, double downBitsPerSecond) {
    return new LinkCondition(true, upBitsPerSecond, downBitsPerSecond, UNSAID, UNSAID, UNSAID);
  }

  private static void check(String name, double value, double max) {
    if (value != UNSAID && !(value >= 0 && value <= max)) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be UNSAID or from 0 to " + max);
    }
  }
}
