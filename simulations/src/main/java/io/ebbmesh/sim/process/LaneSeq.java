package io.ebbmesh.sim.process;

import io.ebbmesh.protocol.insight.Lane;
import java.util.Locale;

/** The number of an insight in its lane, as a producer was told it. */
public record LaneSeq(Lane lane, long seq) {

  /**
   * @param lane its id
   * @throws IllegalArgumentException if there is no such lane
   */
  public static LaneSeq of(String lane, long seq) {
    return new LaneSeq(Lane.valueOf(lane.toUpperCase(Locale.ROOT)), seq);
  }
}
