package io.ebbmesh.sim.simulate;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.cli.UserErrorException;
import java.time.Duration;

/** Durations on the command line, written as in settings. */
final class Durations {

  private Durations() {}

  static Duration parse(String option, String text) {
    try {
      Duration duration =
          ConfigFactory.parseString("d = \"" + text.replace("\"", "") + "\"").getDuration("d");
      if (!duration.isNegative() && !duration.isZero()) {
        return duration;
      }
    } catch (ConfigException e) {
      // Told below.
    }
    throw new UserErrorException(
        option + " is '" + text + "': write a duration above 0, such as 90s, 2h or 3d");
  }
}
