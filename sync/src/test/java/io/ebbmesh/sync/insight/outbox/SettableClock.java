package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.time.Duration;
import java.util.UUID;

/** A clock that a test moves by hand; a boot begins where the last one's monotonic time was not. */
final class SettableClock implements NodeClock {

  static final long START_WALL_MILLIS = 1_764_000_000_000L;

  private volatile BootTime now =
      new BootTime(new UUID(1, 1), 1_000_000, START_WALL_MILLIS, ClockQuality.SYNCHRONISED);

  @Override
  public long monotonicNanos() {
    return now.monotonicNanos();
  }

  @Override
  public BootTime now() {
    return now;
  }

  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {
    throw new UnsupportedOperationException("a test sets it by setWall");
  }

  void pass(Duration time) {
    now =
        new BootTime(
            now.bootId(),
            now.monotonicNanos() + time.toNanos(),
            now.wallMillis() + time.toMillis(),
            now.quality());
  }

  void setWall(Duration afterStart, ClockQuality quality) {
    now =
        new BootTime(
            now.bootId(), now.monotonicNanos(), START_WALL_MILLIS + afterStart.toMillis(), quality);
  }

  void boot(Duration wallAfterStart, ClockQuality quality) {
    UUID next = new UUID(1, now.bootId().getLeastSignificantBits() + 1);
    now = new BootTime(next, 5_000, START_WALL_MILLIS + wallAfterStart.toMillis(), quality);
  }
}
