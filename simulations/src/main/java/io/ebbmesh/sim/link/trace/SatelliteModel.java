package io.ebbmesh.sim.link.trace;

import io.ebbmesh.sync.clock.SeededChance;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;

/**
 * A ship's link over satellites in low orbit, as a trace in the project's own format: a model and
 * no measurement. Where it matters it is near what FjordLink (ds-kiel) and Starlink on the Road
 * (arXiv:2403.13497) measured: a median round trip of some 30 ms, a loss of a few percent.
 *
 * <ul>
 *   <li>Handover: the dish changes its satellite on a grid of {@value #HANDOVER_MILLIS} ms; each
 *       time the latency is drawn anew (log-normal), and sometimes a short burst of loss comes with
 *       it.
 *   <li>Obstruction: masts and cranes cut the link for seconds; gaps are exponential, lengths
 *       log-normal with a cap.
 *   <li>Rain: a fade of tens of minutes leaves part of the rate and adds loss.
 *   <li>Heading: on some courses the ship's own structure hides the sky for minutes up to an hour.
 * </ul>
 */
public final class SatelliteModel {

  /** Seed of the trace that the project ships. */
  public static final long SHIPPED_SEED = 20_260_714;

  /** Length of the trace that the project ships. */
  public static final int SHIPPED_HOURS = 24;

  static final int MAX_HOURS = 24 * 31;

  static final long HANDOVER_MILLIS = 15_000;
  static final double LATENCY_MEDIAN_MILLIS = 15;
  static final double LATENCY_SIGMA = 0.25;
  static final double LATENCY_MIN_MILLIS = 10;
  static final double JITTER_PER_LATENCY = 0.25;
  static final double CLEAR_LOSS = 0.01;
  static final double BURST_PROBABILITY = 0.15;
  static final double BURST_MIN_MILLIS = 300;
  static final double BURST_MAX_MILLIS = 1_500;
  static final double BURST_MIN_LOSS = 0.2;
  static final double BURST_MAX_LOSS = 0.8;

  static final double OBSTRUCTION_GAP_MEAN_MILLIS = 10 * 60_000;
  static final double OBSTRUCTION_MEDIAN_MILLIS = 4_000;
  static final double OBSTRUCTION_SIGMA = 1;
  static final double OBSTRUCTION_MAX_MILLIS = 90_000;

  static final double RAIN_GAP_MEAN_MILLIS = 6 * 3_600_000;
  static final double RAIN_MIN_MILLIS = 15 * 60_000;
  static final double RAIN_MAX_MILLIS = 50 * 60_000;
  static final double RAIN_MIN_RATE_LEFT = 0.1;
  static final double RAIN_MAX_RATE_LEFT = 0.5;
  static final double RAIN_LOSS = 0.04;

  static final double HEADING_GAP_MEAN_MILLIS = 8 * 3_600_000;
  static final double HEADING_MEDIAN_MILLIS = 12 * 60_000;
  static final double HEADING_SIGMA = 0.8;
  static final double HEADING_MIN_MILLIS = 3 * 60_000;
  static final double HEADING_MAX_MILLIS = 60 * 60_000;

  static final double UP_BITS_PER_SECOND = 10e6;
  static final double DOWN_BITS_PER_SECOND = 100e6;

  private final long seed;
  private final int hours;
  private final long lengthMillis;
  private final Draws draws;
  private final Episodes latencies = new Episodes();
  private final Episodes bursts = new Episodes();
  private final Episodes obstructions = new Episodes();
  private final Episodes rain = new Episodes();
  private final Episodes headings = new Episodes();

  private SatelliteModel(long seed, int hours) {
    this.seed = seed;
    this.hours = hours;
    this.lengthMillis = hours * 3_600_000L;
    this.draws = new Draws(new SeededChance(seed));
  }

  /**
   * The text of a trace file that repeats after these hours. The same arguments give the same text
   * on every machine.
   */
  public static String trace(long seed, int hours) {
    if (hours < 1 || hours > MAX_HOURS) {
      throw new IllegalArgumentException(hours + " hours; it must be from 1 to " + MAX_HOURS);
    }
    SatelliteModel model = new SatelliteModel(seed, hours);
    model.draw();
    return model.text();
  }

  private void draw() {
    for (long at = 0; at < lengthMillis; at += HANDOVER_MILLIS) {
      double latency = draws.logNormal(LATENCY_MEDIAN_MILLIS, LATENCY_SIGMA);
      latencies.add(at, at + HANDOVER_MILLIS, Math.rint(Math.max(LATENCY_MIN_MILLIS, latency)));
      if (draws.happens(BURST_PROBABILITY)) {
        long length = Math.round(draws.uniform(BURST_MIN_MILLIS, BURST_MAX_MILLIS));
        bursts.add(at, at + length, draws.uniform(BURST_MIN_LOSS, BURST_MAX_LOSS));
      }
    }
    scatter(
        obstructions,
        OBSTRUCTION_GAP_MEAN_MILLIS,
        () ->
            Math.min(
                OBSTRUCTION_MAX_MILLIS,
                draws.logNormal(OBSTRUCTION_MEDIAN_MILLIS, OBSTRUCTION_SIGMA)),
        () -> 1);
    scatter(
        rain,
        RAIN_GAP_MEAN_MILLIS,
        () -> draws.uniform(RAIN_MIN_MILLIS, RAIN_MAX_MILLIS),
        () -> draws.uniform(RAIN_MIN_RATE_LEFT, RAIN_MAX_RATE_LEFT));
    scatter(
        headings,
        HEADING_GAP_MEAN_MILLIS,
        () ->
            Math.min(
                HEADING_MAX_MILLIS,
                Math.max(
                    HEADING_MIN_MILLIS, draws.logNormal(HEADING_MEDIAN_MILLIS, HEADING_SIGMA))),
        () -> 1);
  }

  private void scatter(
      Episodes episodes, double gapMean, DoubleSupplier length, DoubleSupplier strength) {
    long at = Math.round(draws.exponential(gapMean));
    while (at < lengthMillis) {
      long end = at + Math.round(length.getAsDouble());
      episodes.add(at, end, strength.getAsDouble());
      at = end + 1 + Math.round(draws.exponential(gapMean));
    }
  }

  private String text() {
    SortedSet<Long> moments = new TreeSet<>();
    for (Episodes episodes : new Episodes[] {latencies, bursts, obstructions, rain, headings}) {
      episodes.addChangesTo(moments);
    }
    StringBuilder text = new StringBuilder(head()).append(EbbmeshTrace.HEADER).append('\n');
    String before = "";
    for (long moment : moments.headSet(lengthMillis)) {
      String condition = condition(moment);
      if (!condition.equals(before)) {
        text.append(moment).append(condition).append('\n');
        before = condition;
      }
    }
    return text.append(lengthMillis).append(",repeat,,,,,\n").toString();
  }

  private String condition(long millis) {
    if (obstructions.holdsAt(millis) || headings.holdsAt(millis)) {
      return ",0,,,,,";
    }
    double latency = latencies.strengthAt(millis);
    double rateLeft = rain.holdsAt(millis) ? rain.strengthAt(millis) : 1;
    double calm = rain.holdsAt(millis) ? RAIN_LOSS : CLEAR_LOSS;
    return String.format(
        Locale.ROOT,
        ",1,%.0f,%.0f,%.2f,%.0f,%.0f",
        latency,
        latency * JITTER_PER_LATENCY,
        Math.max(calm, bursts.strengthAt(millis)),
        UP_BITS_PER_SECOND * rateLeft,
        DOWN_BITS_PER_SECOND * rateLeft);
  }

  private String head() {
    return String.format(
        Locale.ROOT,
        """
        # A ship's link over satellites in low orbit. This is a MODEL and no measurement.
        # Written by io.ebbmesh.sim.link.trace.SatelliteModel, seed %d, %d hours; then it repeats.
        # Plausible beside FjordLink (ds-kiel) and Starlink on the Road (arXiv:2403.13497), of which
        # nothing is copied: median round trip some 30 ms, loss a few percent.
        #
        # handover     every %.0f s: latency (one way) log-normal, median %.0f ms, sigma %.2f, at least
        #              %.0f ms; jitter %.2f of it; in %.2f of them a burst of %.1f to %.1f s that loses
        #              %.1f to %.1f; else the loss is %.2f
        # obstruction  down; gaps exponential, mean %.0f min; lengths log-normal, median %.0f s,
        #              sigma %.1f, at most %.0f s
        # rain         gaps exponential, mean %.0f h; lasts %.0f to %.0f min; leaves %.1f to %.1f of the
        #              rate; the loss is %.2f
        # heading      down, hidden by the ship itself; gaps exponential, mean %.0f h; lengths
        #              log-normal, median %.0f min, sigma %.1f, from %.0f to %.0f min
        # rate         %.0f Mbit/s up, %.0f Mbit/s down
        """,
        seed,
        hours,
        HANDOVER_MILLIS / 1e3,
        LATENCY_MEDIAN_MILLIS,
        LATENCY_SIGMA,
        LATENCY_MIN_MILLIS,
        JITTER_PER_LATENCY,
        BURST_PROBABILITY,
        BURST_MIN_MILLIS / 1e3,
        BURST_MAX_MILLIS / 1e3,
        BURST_MIN_LOSS,
        BURST_MAX_LOSS,
        CLEAR_LOSS,
        OBSTRUCTION_GAP_MEAN_MILLIS / 60e3,
        OBSTRUCTION_MEDIAN_MILLIS / 1e3,
        OBSTRUCTION_SIGMA,
        OBSTRUCTION_MAX_MILLIS / 1e3,
        RAIN_GAP_MEAN_MILLIS / 3_600e3,
        RAIN_MIN_MILLIS / 60e3,
        RAIN_MAX_MILLIS / 60e3,
        RAIN_MIN_RATE_LEFT,
        RAIN_MAX_RATE_LEFT,
        RAIN_LOSS,
        HEADING_GAP_MEAN_MILLIS / 3_600e3,
        HEADING_MEDIAN_MILLIS / 60e3,
        HEADING_SIGMA,
        HEADING_MIN_MILLIS / 60e3,
        HEADING_MAX_MILLIS / 60e3,
        UP_BITS_PER_SECOND / 1e6,
        DOWN_BITS_PER_SECOND / 1e6);
  }
}
