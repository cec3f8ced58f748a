package io.ebbmesh.sync.clock;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Limits of {@link SystemNodeClock}.
 *
 * @param persistInterval shortest time between two writes of the estimate
 * @param maxAheadOfBuild a real-time clock further ahead of the build time than this is not
 *     believed
 */
public record ClockSettings(Duration persistInterval, Duration maxAheadOfBuild) {

  /**
   * @param config the section {@code ebbmesh.sync.clock}
   */
  public static ClockSettings of(Config config) {
    return new ClockSettings(
        config.getDuration("persist-interval"), config.getDuration("max-ahead-of-build"));
  }
}
