package io.ebbmesh.node.pipeline;

import io.ebbmesh.protocol.insight.Lane;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Whether a lane is out of room: said once when that begins and once when it is over, however many
 * readings it concerns.
 */
final class FullLane {

  /** A lane at its limit takes some whenever the hub does; that is not over yet. */
  static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final Lane lane;
  private final LongAdder refused;
  private boolean said;
  private long lastNanos;
  private long refusedBefore;

  /**
   * @param refused counts readings that were refused because the lane was full
   */
  FullLane(Lane lane, LongAdder refused) {
    this.lane = lane;
    this.refused = refused;
  }

  /** A reading was refused. */
  void refused() {
    refused.increment();
  }

  /**
   * The lane did not take something for want of room.
   *
   * @return what is to be said; null if it was said
   */
  @Nullable String full(String message, long now) {
    lastNanos = now;
    if (said) {
      return null;
    }
    said = true;
    refusedBefore = refused.sum();
    return message;
  }

  /**
   * The lane took something.
   *
   * @return what is to be said; null if there is nothing
   */
  @Nullable String taken(long now) {
    if (!said || now - lastNanos < QUIET_NANOS) {
      return null;
    }
    said = false;
    return "lane "
        + lane.id()
        + " takes readings again; refused meanwhile: "
        + (refused.sum() - refusedBefore);
  }
}
