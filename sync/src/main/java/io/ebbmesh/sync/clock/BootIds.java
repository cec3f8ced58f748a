package io.ebbmesh.sync.clock;

import java.util.UUID;

/** Decides which boot a process's monotonic clock belongs to. */
final class BootIds {

  /** How far the monotonic clock may be ahead of the uptime. */
  private static final long SLACK_NANOS = 10_000_000_000L;

  private BootIds() {}

  /**
   * The kernel's id if this process really counts on the kernel's monotonic clock; else one of its
   * own. Where time is faked or virtualised for a process, its monotonic clock does not lie within
   * the uptime, and must not be mixed with that of other processes of the same kernel.
   */
  static UUID choose(Ticks ticks, UUID processBootId) {
    UUID kernel = ticks.kernelBootId();
    long uptime = ticks.uptimeNanos();
    long monotonic = ticks.monotonicNanos();
    if (kernel == null || uptime < 0 || monotonic < 0 || monotonic > uptime + SLACK_NANOS) {
      return processBootId;
    }
    return kernel;
  }
}
