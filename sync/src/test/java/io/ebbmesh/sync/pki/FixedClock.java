package io.ebbmesh.sync.pki;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.time.Instant;
import java.util.UUID;

/** A clock that stands still at a given time and quality. */
public record FixedClock(Instant at, ClockQuality quality) implements NodeClock {

  public static FixedClock right(Instant at) {
    return new FixedClock(at, ClockQuality.SYNCHRONISED);
  }

  @Override
  public long monotonicNanos() {
    return 0;
  }

  @Override
  public BootTime now() {
    return new BootTime(new UUID(1, 2), 0, at.toEpochMilli(), quality);
  }

  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {}
}
