package io.ebbmesh.sim.process;

/** Decides about each frame that goes over a {@link FrameProxy}; called from several threads. */
@FunctionalInterface
public interface FrameTampering {

  /**
   * @param toHub whether the node sent it
   * @param frame without its length; not to be written to
   */
  FrameFate of(boolean toHub, byte[] frame);
}
