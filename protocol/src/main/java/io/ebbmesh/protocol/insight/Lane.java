package io.ebbmesh.protocol.insight;

import java.util.Locale;

/** A class of insight with its own log and cursor. The code is what blocks and frames carry. */
public enum Lane {
  ALARM(1),
  INSIGHT(2),
  AGGREGATE(3),
  SAMPLE(4);

  private final int code;

  Lane(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Lower-case name, as in configuration and persistence ids. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The lane with this code.
   *
   * @throws IllegalArgumentException if no lane has the code
   */
  public static Lane ofCode(int code) {
    for (Lane lane : values()) {
      if (lane.code == code) {
        return lane;
      }
    }
    throw new IllegalArgumentException("unknown lane " + code);
  }
}
