package io.ebbmesh.sim.fault;

import org.jspecify.annotations.Nullable;

/** One time that a fault happens to one node, LAN or hub. */
interface Episode {

  /** Called as long before the fault's time as {@link FaultPlan#leadNanos} says. */
  default void prepare() {}

  /**
   * Strikes.
   *
   * @return what happened; null if nothing could, as with a machine that is off
   */
  @Nullable String begin();

  /** Takes it back when its time is over. */
  default void end() {}

  static Episode of(String text, Runnable begin, Runnable end) {
    return new Episode() {
      @Override
      public String begin() {
        begin.run();
        return text;
      }

      @Override
      public void end() {
        end.run();
      }
    };
  }
}
