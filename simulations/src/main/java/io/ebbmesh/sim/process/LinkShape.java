package io.ebbmesh.sim.process;

import java.time.Duration;

/**
 * How a link that is not ideal carries bytes, in each direction for all its connections together.
 *
 * @param bitsPerSecond of what TCP carries, without the headers of packets
 * @param oneWayDelay from the end of the narrow part to the other side
 */
public record LinkShape(double bitsPerSecond, Duration oneWayDelay) {

  public LinkShape {
    if (!(bitsPerSecond > 0) || oneWayDelay.isNegative()) {
      throw new IllegalArgumentException(
          "a link needs a rate above 0 and a delay of at least 0, not "
              + bitsPerSecond
              + " bit/s and "
              + oneWayDelay);
    }
  }
}
