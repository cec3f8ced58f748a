package io.ebbmesh.sim.simulate;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.cli.UserErrorException;
import java.time.Duration;

/** Durations on the command line, written as in settings. */
final class Durations {

  private Durations() {}

  /** As {@link #parse} reads it, in the largest unit that is exact. */
  static String text(Duration duration) {
    long nanos = duration.toNanos();
    for (Unit unit : Unit.values()) {
      if (nanos % unit.nanos == 0) {
        return nanos / unit.nanos + unit.sign;
      }
    }
    return nanos + "ns";
  }

  private enum Unit {
    HOURS(3_600_000_000_000L, "h"),
    MINUTES(60_000_000_000L, "m"),
    SECONDS(1_000_000_000L, "s"),
    MILLIS(1_000_000L, "ms");

    private final long nanos;
    private final String sign;

    Unit(long nanos, String sign) {
      this.nanos = nanos;
      this.sign = sign;
    }
  }

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
