package io.ebbmesh.node.insights;

import io.ebbmesh.node.cli.UserErrorException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them. */
final class Times {

  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

  private Times() {}

  /**
   * Milliseconds since 1970 of an instant, a day that begins (UTC), or a time before now.
   *
   * @throws UserErrorException naming the option
   */
  static long parse(String option, String text, Instant now) {
    try {
      Matcher ago = AGO.matcher(text);
      if (ago.matches()) {
        long count = Long.parseLong(ago.group(1));
        Duration back =
            switch (ago.group(2)) {
              case "s" -> Duration.ofSeconds(count);
              case "m" -> Duration.ofMinutes(count);
              case "h" -> Duration.ofHours(count);
              default -> Duration.ofDays(count);
            };
        return now.minus(back).toEpochMilli();
      }
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
          : Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new UserErrorException(
          option
              + " '"
              + text
              + "' is no time: write 2026-11-24T10:00:00Z, 2026-11-24, or 90s, 30m, 2h, 7d ago",
          e);
    }
  }
}
