package io.ebbmesh.protocol.time;

import java.util.UUID;

/**
 * One instant of one boot: a monotonic base and the wall time it is estimated to be.
 *
 * @param bootId drawn by the kernel at each boot
 * @param monotonicNanos nanoseconds on that boot's monotonic clock
 * @param wallMillis estimated milliseconds since 1970-01-01T00:00Z at {@code monotonicNanos}
 * @param quality how far to believe {@code wallMillis}
 */
public record BootTime(UUID bootId, long monotonicNanos, long wallMillis, ClockQuality quality) {

  /** Estimated wall time of another instant of the same boot, in milliseconds since 1970. */
  public long wallMillisAt(long otherMonotonicNanos) {
    return wallMillis + Math.floorDiv(otherMonotonicNanos - monotonicNanos, 1_000_000L);
  }
}
