package io.ebbmesh.protocol.time;

/** How far a wall time can be believed. The code is what blocks and frames carry. */
public enum ClockQuality {
  /** Only a lower bound: the latest of wall clock, build time and what was persisted. */
  LOWER_BOUND(0),
  /** Set from a hub in an earlier boot and carried on by the real-time clock. */
  CARRIED(1),
  /** Set from a hub in this boot. */
  SYNCHRONISED(2);

  private final int code;

  ClockQuality(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The quality with this code.
   *
   * @throws IllegalArgumentException if no quality has the code
   */
  public static ClockQuality ofCode(int code) {
    for (ClockQuality quality : values()) {
      if (quality.code == code) {
        return quality;
      }
    }
    throw new IllegalArgumentException("unknown clock quality " + code);
  }
}
