package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.util.UUID;

/** A clock that runs with the machine's monotonic time from a wall time of its own. */
public final class RunningClock implements NodeClock {

  private final UUID boot;
  private final long startNanos = System.nanoTime();
  private volatile long startWallMillis;
  private volatile ClockQuality quality;

  public RunningClock(UUID boot, long startWallMillis, ClockQuality quality) {
    this.boot = boot;
    this.startWallMillis = startWallMillis;
    this.quality = quality;
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime();
  }

  @Override
  public BootTime now() {
    long nanos = monotonicNanos();
    long wallMillis = startWallMillis + (nanos - startNanos) / 1_000_000;
    return new BootTime(boot, nanos, wallMillis, quality);
  }

  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {
    startWallMillis = hubWallMillis - (atMonotonicNanos - startNanos) / 1_000_000;
    quality = ClockQuality.SYNCHRONISED;
  }
}
