package io.ebbmesh.sim.link;

import io.ebbmesh.protocol.session.Frame;

/** What a wire with a planted bug does to frames that a wire must carry. */
public interface Tampering {

  /** The frame never arrives, and nobody hears of it. */
  long SWALLOWED = -1;

  /** An honest wire. */
  Tampering NONE = (toHub, frame) -> 0;

  /** What arrives in its place. */
  default Frame carried(boolean toHub, Frame frame) {
    return frame;
  }

  /** How much later the frame arrives, in nanoseconds, or {@link #SWALLOWED}. */
  long delayNanos(boolean toHub, Frame frame);
}
