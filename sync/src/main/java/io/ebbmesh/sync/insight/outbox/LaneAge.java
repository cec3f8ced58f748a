package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.time.Duration;

/**
 * How long ago a block was made, of which only what is certain counts (ADR 0012): monotonic time
 * within one boot; between boots the difference of two times that a hub vouched for; otherwise the
 * time since this opening of the store, which the block was there for.
 */
final class LaneAge {

  private final long timeToLiveNanos;
  private final NodeClock clock;
  private final long openedNanos;

  LaneAge(Duration timeToLive, NodeClock clock) {
    this.timeToLiveNanos = timeToLive.isZero() ? Long.MAX_VALUE : timeToLive.toNanos();
    this.clock = clock;
    this.openedNanos = clock.monotonicNanos();
  }

  /**
   * Whether the lane's time to live is over for what was made then, for certain.
   *
   * @param made the base of its block
   */
  boolean isOver(BootTime made) {
    return knownNanos(made, clock.now()) > timeToLiveNanos;
  }

  private long knownNanos(BootTime made, BootTime now) {
    if (made.bootId().equals(now.bootId())) {
      return now.monotonicNanos() - made.monotonicNanos();
    }
    long sinceOpening = now.monotonicNanos() - openedNanos;
    boolean vouchedFor =
        made.quality() == ClockQuality.SYNCHRONISED && now.quality() == ClockQuality.SYNCHRONISED;
    return vouchedFor
        ? Math.max(sinceOpening, Duration.ofMillis(now.wallMillis() - made.wallMillis()).toNanos())
        : sinceOpening;
  }
}
