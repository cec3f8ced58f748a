package io.ebbmesh.sync.insight.uplink;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.insight.Lane;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A link that costs by the byte, or less at some hours; see {@code ebbmesh.sync.uplink.metered} in
 * {@code reference.conf}.
 *
 * @param dayBudgetBytes for a day; 0: no limit
 * @param rememberPercent of the budget that may be spent before it is written down
 * @param gatherNanosOfBulk how long what is new gathers before it is sent
 * @param hours when bulk lanes may send
 * @param zone in which days and hours are counted
 * @param bulkLanes what waits for budget and hours
 */
record MeteredSettings(
    long dayBudgetBytes,
    int rememberPercent,
    long gatherNanosOfBulk,
    Hours hours,
    ZoneId zone,
    Set<Lane> bulkLanes) {

  static final String PATH = "ebbmesh.sync.uplink.metered";

  private static final long LEAST_BUDGET_BYTES = 64 * 1024;
  private static final long LONGEST_GATHER_NANOS = TimeUnit.DAYS.toNanos(1);
  private static final Pattern HOURS = Pattern.compile("(\\d{1,2})-(\\d{1,2})");

  /**
   * Hours of a day, over midnight if the first is above the last.
   *
   * @param from first hour, 0 to 23
   * @param until the hour after the last, 0 to 24
   */
  record Hours(int from, int until) {

    static final Hours ALL = new Hours(0, 24);

    boolean contain(int hour) {
      return from < until ? hour >= from && hour < until : hour >= from || hour < until;
    }
  }

  MeteredSettings {
    EnumSet<Lane> lanes = EnumSet.noneOf(Lane.class);
    lanes.addAll(bulkLanes);
    bulkLanes = Collections.unmodifiableSet(lanes);
    if (bulkLanes.contains(Lane.ALARM)) {
      throw wrong("bulk-lanes", bulkLanes, "alarms always go: leave alarm out");
    }
    if (dayBudgetBytes != 0 && dayBudgetBytes < LEAST_BUDGET_BYTES) {
      throw wrong("day-budget", dayBudgetBytes, "choose at least 64 KiB, or 0 for no limit");
    }
    if (gatherNanosOfBulk < 0 || gatherNanosOfBulk > LONGEST_GATHER_NANOS) {
      throw wrong("gather", gatherNanosOfBulk / 1_000_000 + " ms", "choose 0 s to 24 hours");
    }
    if (rememberPercent < 1 || rememberPercent > 100) {
      throw wrong("remember-every", rememberPercent, "choose 1 to 100, in percent of day-budget");
    }
  }

  /** Reads the section of that name. */
  static MeteredSettings of(Config metered) {
    return new MeteredSettings(
        metered.getBytes("day-budget"),
        metered.getInt("remember-every"),
        metered.getDuration("gather", TimeUnit.NANOSECONDS),
        hours(metered.getString("bulk-hours")),
        zone(metered.getString("zone")),
        lanes(metered.getStringList("bulk-lanes")));
  }

  /** Whether anything ever waits or is counted. */
  boolean isOn() {
    return dayBudgetBytes > 0 || !hours.equals(Hours.ALL);
  }

  /** How long what is new in a lane gathers; 0 if it goes at once. */
  long gatherNanos(Lane lane) {
    return dayBudgetBytes > 0 && bulkLanes.contains(lane) ? gatherNanosOfBulk : 0;
  }

  private static Hours hours(String text) {
    if (text.isBlank()) {
      return Hours.ALL;
    }
    Matcher matcher = HOURS.matcher(text.strip());
    if (matcher.matches()) {
      int from = Integer.parseInt(matcher.group(1));
      int until = Integer.parseInt(matcher.group(2));
      if (from <= 23 && until <= 24 && from != until) {
        return new Hours(from, until);
      }
    }
    throw wrong(
        "bulk-hours",
        '"' + text + '"',
        "choose two different hours from 0 to 24 such as \"22-6\", or \"\" for all day");
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw wrong("zone", '"' + text + '"', "choose UTC or a name such as Europe/Berlin");
    }
  }

  private static Set<Lane> lanes(List<String> ids) {
    EnumSet<Lane> lanes = EnumSet.noneOf(Lane.class);
    for (String id : ids) {
      int before = lanes.size();
      for (Lane lane : Lane.values()) {
        if (lane.id().equals(id)) {
          lanes.add(lane);
        }
      }
      if (lanes.size() == before) {
        throw wrong("bulk-lanes", ids, "choose, each once, of insight, aggregate and sample");
      }
    }
    return lanes;
  }

  private static IllegalArgumentException wrong(String key, Object value, String remedy) {
    return new IllegalArgumentException(PATH + "." + key + " is " + value + ": " + remedy);
  }
}
