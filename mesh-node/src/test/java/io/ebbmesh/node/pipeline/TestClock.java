package io.ebbmesh.node.pipeline;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.time.Duration;
import java.util.UUID;

/** A clock that a test moves. */
public final class TestClock implements NodeClock {

  private volatile long nanos = 1;

  @Override
  public long monotonicNanos() {
    return nanos;
  }

  @Override
  public BootTime now() {
    return new BootTime(new UUID(0, 0), nanos, 0, ClockQuality.LOWER_BOUND);
  }

  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {}

  /** Lets time pass. */
  public synchronized void pass(Duration time) {
    nanos += time.toNanos();
  }
}
