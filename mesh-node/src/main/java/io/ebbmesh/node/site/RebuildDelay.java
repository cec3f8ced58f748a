package io.ebbmesh.node.site;

import java.time.Duration;

/** How long to wait before the site is built again: doubled each time, up to a maximum. */
final class RebuildDelay {

  private final Duration min;
  private final Duration max;
  private Duration next;
  private boolean up;
  private long upSinceNanos;

  RebuildDelay(Duration min, Duration max) {
    this.min = min;
    this.max = max;
    this.next = min;
  }

  /** This node is a member, as of now at the latest. */
  void up(long nowNanos) {
    if (!up) {
      up = true;
      upSinceNanos = nowNanos;
    }
  }

  /** The delay for an end that came now; one who was a member for the maximum starts over. */
  Duration next(long nowNanos) {
    if (up && nowNanos - upSinceNanos >= max.toNanos()) {
      next = min;
    }
    up = false;
    Duration delay = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(max) > 0 ? max : doubled;
    return delay;
  }
}
