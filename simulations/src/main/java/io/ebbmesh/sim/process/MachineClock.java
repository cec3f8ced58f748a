package io.ebbmesh.sim.process;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.util.UUID;

/** The machine's clocks, without anything that is kept across restarts. */
public final class MachineClock implements NodeClock {

  private final UUID boot = new UUID(0, 1);

  @Override
  public long monotonicNanos() {
    return System.nanoTime();
  }

  @Override
  public BootTime now() {
    return new BootTime(
        boot, System.nanoTime(), System.currentTimeMillis(), ClockQuality.LOWER_BOUND);
  }

  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {}
}
