package io.ebbmesh.sim.crash;

import java.time.Duration;
import java.util.SplittableRandom;

/** Draws the moments at which the target is hit. */
final class Moments {

  private static final int ONE_IN = 4;
  private static final int LAUNCH_MAX_MILLIS = 1_500;
  private static final int READY_MIN_MILLIS = 50;
  private static final int READY_MAX_MILLIS = 1_500;
  private static final int DRAIN_MAX_MILLIS = 1_000;
  private static final int DOWN_MIN_MILLIS = 500;
  private static final int DOWN_MAX_MILLIS = 2_500;
  private static final int DARK_MAX_MILLIS = 100;

  private final SplittableRandom random;

  Moments(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * One moment.
   *
   * @param afterReady whether the delay begins once the process serves, or with its launch
   */
  record Moment(boolean afterReady, Duration delay) {

    @Override
    public String toString() {
      return delay.toMillis() + " ms after " + (afterReady ? "ready" : "launch");
    }
  }

  /** One in four is counted from the launch, so that starting and recovering are hit too. */
  Moment next(Target target) {
    if (random.nextInt(ONE_IN) == 0) {
      return new Moment(false, Duration.ofMillis(random.nextInt(LAUNCH_MAX_MILLIS)));
    }
    // A hub that is ready drains at once, and not for long.
    return new Moment(
        true,
        target == Target.HUB
            ? Duration.ofMillis(random.nextInt(DRAIN_MAX_MILLIS))
            : Duration.ofMillis(random.nextInt(READY_MIN_MILLIS, READY_MAX_MILLIS)));
  }

  /** How long a hub stays down, so that something waits for it. */
  Duration down() {
    return Duration.ofMillis(random.nextInt(DOWN_MIN_MILLIS, DOWN_MAX_MILLIS));
  }

  /** How long a process goes on after the power of its disk went. */
  Duration dark() {
    return Duration.ofMillis(random.nextInt(DARK_MAX_MILLIS));
  }
}
