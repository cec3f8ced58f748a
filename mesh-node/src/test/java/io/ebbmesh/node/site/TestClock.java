package io.ebbmesh.node.site;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.util.UUID;

/** Runs with the machine's monotonic clock from a given wall time on. */
record TestClock(long wallMillis, ClockQuality quality) implements NodeClock {

  static TestClock right() {
    return new TestClock(System.currentTimeMillis(), ClockQuality.SYNCHRONISED);
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime();
  }

  @Override
  public BootTime now() {
    return new BootTime(new UUID(1, 1), monotonicNanos(), wallMillis, quality);
  }

  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {}
}
