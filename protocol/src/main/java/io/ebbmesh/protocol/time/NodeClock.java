package io.ebbmesh.protocol.time;

/**
 * The only source of time for both roads. Nothing is ordered by it: order is (incarnation, lane,
 * sequence number); elapsed time is monotonic time within one boot.
 */
public interface NodeClock {

  /** Nanoseconds since an arbitrary point of this boot; never steps back within a boot. */
  long monotonicNanos();

  /** Which boot the monotonic clock belongs to, and the best guess at wall time. */
  BootTime now();

  /**
   * Takes a time that a hub vouched for. The estimate moves to it and is remembered across
   * restarts.
   *
   * @param hubWallMillis milliseconds since 1970-01-01T00:00Z at the hub
   * @param atMonotonicNanos monotonic time at which that was true
   */
  void synchronise(long hubWallMillis, long atMonotonicNanos);
}
