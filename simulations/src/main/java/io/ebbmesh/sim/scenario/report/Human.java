package io.ebbmesh.sim.scenario.report;

import java.util.Locale;

/** Numbers as people read them. */
final class Human {

  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final String[] SMALL_UNITS = {"ns", "µs", "ms", "s"};
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Human() {}

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Three significant digits, and thousands separators. */
  static String number(double number) {
    double size = Math.abs(number);
    int decimals = size == 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", number);
    return decimals == 0 ? text : text.replaceAll("\\.?0+$", "");
  }

  static String percent(double percent) {
    return String.format(Locale.ROOT, "%.1f%%", percent).replace(".0%", "%");
  }

  static String bytes(double bytes) {
    double scaled = bytes;
    int unit = 0;
    while (scaled >= 999.5 && unit < BYTE_UNITS.length - 1) {
      scaled /= 1000;
      unit++;
    }
    return number(scaled) + " " + BYTE_UNITS[unit];
  }

  /** How long: {@code 12 ms}, {@code 2 min 30 s}, {@code 1 d 6 h}. */
  static String duration(long nanos) {
    if (nanos == 0) {
      return "0";
    }
    double scaled = nanos;
    int unit = 0;
    while (scaled >= 999.5 && unit < SMALL_UNITS.length - 1) {
      scaled /= 1000;
      unit++;
    }
    if (scaled < 59.95 || unit < SMALL_UNITS.length - 1) {
      return number(scaled) + " " + SMALL_UNITS[unit];
    }
    long seconds = rounded(nanos, SECOND);
    if (seconds < 3600) {
      return pair(seconds, 60, "min", "s");
    }
    long minutes = rounded(nanos, MINUTE);
    if (minutes < 24 * 60) {
      return pair(minutes, 60, "h", "min");
    }
    return pair(rounded(nanos, HOUR), 24, "d", "h");
  }

  /** When, since the start of the run: {@code 1 d 06:12:03.250}, {@code 06:12:03}. */
  static String moment(long nanos) {
    String time =
        String.format(
            Locale.ROOT,
            "%02d:%02d:%02d",
            nanos % DAY / HOUR,
            nanos % HOUR / MINUTE,
            nanos % MINUTE / SECOND);
    long millis = nanos % SECOND / 1_000_000;
    if (millis > 0) {
      time += String.format(Locale.ROOT, ".%03d", millis);
    }
    return nanos < DAY ? time : nanos / DAY + " d " + time;
  }

  private static long rounded(long nanos, long unit) {
    return nanos / unit + (nanos % unit >= unit / 2 ? 1 : 0);
  }

  private static String pair(long small, long perBig, String big, String little) {
    String text = String.format(Locale.ROOT, "%,d %s", small / perBig, big);
    return small % perBig == 0 ? text : text + " " + small % perBig + " " + little;
  }
}
