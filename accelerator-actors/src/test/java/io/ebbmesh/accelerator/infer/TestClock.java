package io.ebbmesh.accelerator.infer;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.util.UUID;

/** Time that moves when it is told to. */
public final class TestClock implements NodeClock {

  private volatile long nanos = 1_000_000;

  void advance(long byNanos) {
    nanos = nanos + byNanos;
  }

  @Override
  public long monotonicNanos() {
    return nanos;
  }

  @Override
  public BootTime now() {
    return new BootTime(new UUID(0, 1), nanos, 0, ClockQuality.LOWER_BOUND);
  }

  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {}
}
