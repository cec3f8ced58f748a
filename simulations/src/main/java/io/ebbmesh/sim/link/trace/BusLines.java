package io.ebbmesh.sim.link.trace;

import io.ebbmesh.sync.clock.SeededChance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A fleet of buses that reach the hub only over Wi-Fi, as a contact plan: all night at the depot,
 * by day for minutes at the terminus of each round and for seconds at a stop on the way. A model
 * and no timetable of a real town.
 *
 * <p>Buses belong to lines, which differ in the length of a round and in where the stop lies; the
 * buses of a line leave evenly spread over one round. Each visit is early or late by its own jitter
 * (normal), and a bus passes the stop without a contact now and then.
 */
public final class BusLines {

  /** Seed of the plan that the project ships. */
  public static final long SHIPPED_SEED = 30;

  /** Buses in the plan that the project ships. */
  public static final int SHIPPED_BUSES = 30;

  /** Length of the plan that the project ships. */
  public static final int SHIPPED_HOURS = 48;

  /** What the plan calls the other end of every contact. */
  public static final String HUB = "hub";

  static final int MAX_BUSES = 10_000;
  static final int MAX_HOURS = 24 * 31;

  static final int BUSES_PER_LINE = 5;
  static final double LEAVES_DEPOT_HOUR = 5;
  static final double RETURNS_HOUR = 22.5;
  static final double SHORTEST_ROUND_MINUTES = 50;
  static final double LONGEST_ROUND_MINUTES = 90;
  static final double TERMINUS_MIN_SECONDS = 180;
  static final double TERMINUS_MAX_SECONDS = 480;
  static final double STOP_MIN_SECONDS = 15;
  static final double STOP_MAX_SECONDS = 60;
  static final double STOP_MISSED_PROBABILITY = 0.1;
  static final double JITTER_SECONDS = 90;
  static final double JITTER_MAX_SECONDS = 240;

  private static final double DAY_SECONDS = 24 * 3_600;

  private final long seed;
  private final int buses;
  private final int hours;
  private final Draws draws;
  private final List<Meeting> meetings = new ArrayList<>();

  private record Meeting(long start, long end, String bus) {}

  private BusLines(long seed, int buses, int hours) {
    this.seed = seed;
    this.buses = buses;
    this.hours = hours;
    this.draws = new Draws(new SeededChance(seed));
  }

  /**
   * The text of a contact plan that begins at midnight. The same arguments give the same text on
   * every machine.
   */
  public static String plan(long seed, int buses, int hours) {
    if (buses < 1 || buses > MAX_BUSES || hours < 1 || hours > MAX_HOURS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d buses, %d hours; it must be 1 to %d buses and 1 to %d hours",
              buses,
              hours,
              MAX_BUSES,
              MAX_HOURS));
    }
    BusLines lines = new BusLines(seed, buses, hours);
    lines.draw();
    return lines.text();
  }

  private void draw() {
    double round = 0;
    double stopAt = 0;
    for (int bus = 0; bus < buses; bus++) {
      int place = bus % BUSES_PER_LINE;
      if (place == 0) {
        round = 60 * draws.uniform(SHORTEST_ROUND_MINUTES, LONGEST_ROUND_MINUTES);
        stopAt = draws.uniform(0.25, 0.65);
      }
      String name = "bus-" + (bus + 1);
      drive(name, round, stopAt, place * round / BUSES_PER_LINE);
    }
  }

  /** From the depot, round after round, and back, every day until the plan ends. */
  private void drive(String bus, double round, double stopAt, double leavesLater) {
    double atDepotFrom = 0;
    for (double day = 0; day < hours * 3_600.0; day += DAY_SECONDS) {
      double leaves = day + LEAVES_DEPOT_HOUR * 3_600 + leavesLater + jitter();
      meet(bus, atDepotFrom, leaves);
      double at = day + LEAVES_DEPOT_HOUR * 3_600 + leavesLater;
      while (at + round < day + RETURNS_HOUR * 3_600) {
        if (!draws.happens(STOP_MISSED_PROBABILITY)) {
          double passes = at + stopAt * round + jitter();
          meet(bus, passes, passes + draws.uniform(STOP_MIN_SECONDS, STOP_MAX_SECONDS));
        }
        at += round;
        double waits = draws.uniform(TERMINUS_MIN_SECONDS, TERMINUS_MAX_SECONDS);
        double arrives = at - waits + jitter();
        meet(bus, arrives, arrives + waits);
      }
      atDepotFrom = at + round / 2 + jitter();
    }
    meet(bus, atDepotFrom, hours * 3_600.0);
  }

  private double jitter() {
    double late = draws.normal() * JITTER_SECONDS;
    return Math.max(-JITTER_MAX_SECONDS, Math.min(JITTER_MAX_SECONDS, late));
  }

  private void meet(String bus, double from, double to) {
    long start = Math.round(from);
    long end = Math.min(Math.round(to), hours * 3_600L);
    if (start < end) {
      meetings.add(new Meeting(start, end, bus));
    }
  }

  private String text() {
    meetings.sort(Comparator.comparingLong(Meeting::start).thenComparing(Meeting::bus));
    StringBuilder text = new StringBuilder(head()).append(ContactPlan.HEADER).append('\n');
    for (Meeting meeting : meetings) {
      text.append(meeting.start).append(',').append(meeting.end).append(',');
      text.append(meeting.bus).append(',').append(HUB).append('\n');
    }
    return text.toString();
  }

  private String head() {
    return String.format(
        Locale.ROOT,
        """
        # Buses that meet the hub over Wi-Fi. This is a MODEL and no timetable of a real town.
        # Written by io.ebbmesh.sim.link.trace.BusLines, seed %d, %d buses, %d hours from midnight.
        #
        # depot     each night, from within half a round of %.1f h until the bus leaves, of which the
        #           first of a line does at %.1f h
        # line      %d buses, evenly spread over a round of %.0f to %.0f min
        # terminus  once a round, for %.0f to %.0f s
        # stop      once a round, for %.0f to %.0f s; missed in %.1f of the rounds
        # jitter    each visit is early or late: normal, deviation %.0f s, at most %.0f s
        """,
        seed,
        buses,
        hours,
        RETURNS_HOUR,
        LEAVES_DEPOT_HOUR,
        BUSES_PER_LINE,
        SHORTEST_ROUND_MINUTES,
        LONGEST_ROUND_MINUTES,
        TERMINUS_MIN_SECONDS,
        TERMINUS_MAX_SECONDS,
        STOP_MIN_SECONDS,
        STOP_MAX_SECONDS,
        STOP_MISSED_PROBABILITY,
        JITTER_SECONDS,
        JITTER_MAX_SECONDS);
  }
}
