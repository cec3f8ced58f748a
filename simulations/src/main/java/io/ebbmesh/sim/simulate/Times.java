package io.ebbmesh.sim.simulate;

import java.util.Locale;

/** Virtual times for people. */
final class Times {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Times() {}

  /** Such as {@code 2d 03:04:05.678901}. */
  static String text(long nanos) {
    long seconds = nanos / NANOS_PER_SECOND;
    long micros = nanos % NANOS_PER_SECOND / 1_000;
    long days = seconds / 86_400;
    String time =
        String.format(
            Locale.ROOT,
            "%02d:%02d:%02d.%06d",
            seconds / 3_600 % 24,
            seconds / 60 % 60,
            seconds % 60,
            micros);
    return days == 0 ? time : days + "d " + time;
  }
}
