package io.ebbmesh.sim.process;

/**
 * What becomes of one frame on its way.
 *
 * @param bytes that arrive; none if the frame vanishes
 * @param noisy whether the cipher of the receiver finds them wrong
 * @param lateNanos how much later they arrive, while younger frames pass them
 * @param copies further ones that arrive
 */
public record FrameFate(byte[] bytes, boolean noisy, long lateNanos, int copies) {

  /** Arrives as it is. */
  static FrameFate unharmed(byte[] frame) {
    return new FrameFate(frame, false, 0, 0);
  }
}
