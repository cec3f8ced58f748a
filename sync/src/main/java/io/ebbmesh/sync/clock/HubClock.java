package io.ebbmesh.sync.clock;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import java.util.UUID;

/**
 * Clock of a machine whose wall clock is kept right by its operator: the hub, which vouches for
 * time. Never earlier than the build.
 */
public final class HubClock implements NodeClock {

  private final Ticks ticks;
  private final UUID bootId;
  private final long buildMillis;

  private HubClock(Ticks ticks, UUID bootId, long buildMillis) {
    this.ticks = ticks;
    this.bootId = bootId;
    this.buildMillis = buildMillis;
  }

  /**
   * @param processBootId names the boot where the kernel does not
   */
  public static HubClock create(UUID processBootId) {
    return create(Ticks.ofSystem(), processBootId, BuildTime.millis());
  }

  /**
   * On a machine that is not this one.
   *
   * @param buildMillis when the program was built, milliseconds since 1970
   */
  public static HubClock create(Ticks ticks, UUID processBootId, long buildMillis) {
    return new HubClock(ticks, BootIds.choose(ticks, processBootId), buildMillis);
  }

  @Override
  public long monotonicNanos() {
    return ticks.monotonicNanos();
  }

  @Override
  public BootTime now() {
    return new BootTime(
        bootId,
        ticks.monotonicNanos(),
        Math.max(ticks.wallMillis(), buildMillis),
        ClockQuality.SYNCHRONISED);
  }

  /** Does nothing: a hub takes no one's time. */
  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {}
}
