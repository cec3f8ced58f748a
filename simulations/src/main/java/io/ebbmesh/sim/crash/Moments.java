package io.ebbmesh.sim.crash;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;

/** Draws the moments at which the target is hit. */
final class Moments {

  private static final int ONE_IN = 6;
  private static final int LAUNCH_MAX_MILLIS = 1_500;
  private static final int READY_MAX_MILLIS = 1_500;
  private static final int BUSY_MAX_MILLIS = 3_000;
  private static final int DRAIN_MAX_MILLIS = 200;
  private static final int DOWN_MIN_MILLIS = 500;
  private static final int DOWN_MAX_MILLIS = 2_500;

  private final SplittableRandom random;

  Moments(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** What a delay begins with. */
  enum After {
    /** The process was launched: it starts and recovers. */
    LAUNCH,
    /** It says that it serves. */
    READY,
    /** A node accepted its first reading, a hub stored the first that had waited. */
    WORK
  }

  /** One moment. */
  record Moment(After after, Duration delay) {

    @Override
    public String toString() {
      return delay.toMillis() + " ms after " + after.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Mostly amid work; one in six while it starts, and one in six when it has just started. */
  Moment next(Target target) {
    int kind = random.nextInt(ONE_IN);
    if (kind == 0) {
      return new Moment(After.LAUNCH, millis(LAUNCH_MAX_MILLIS));
    }
    if (kind == 1) {
      return new Moment(After.READY, millis(READY_MAX_MILLIS));
    }
    return new Moment(
        After.WORK, millis(target == Target.HUB ? DRAIN_MAX_MILLIS : BUSY_MAX_MILLIS));
  }

  private Duration millis(int bound) {
    return Duration.ofMillis(random.nextInt(bound));
  }

  /** How long a hub stays down, so that something waits for it. */
  Duration down() {
    return Duration.ofMillis(random.nextInt(DOWN_MIN_MILLIS, DOWN_MAX_MILLIS));
  }
}
