package io.ebbmesh.sim.crash;

import io.ebbmesh.sync.failpoint.Failpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Kills node or hub at each named step, again and again, at the first to the {@value #LATEST}-th
 * time that it comes there. At steps of a fold the node sends its hub no insights.
 */
final class FailpointHits {

  /** Everything small, so that each step comes soon after a start. */
  static final Map<String, Object> SETTINGS =
      Map.ofEntries(
          Map.entry("ebbmesh.sync.log.segment-size", "128 KiB"),
          Map.entry("ebbmesh.sync.log.max-record-size", "32 KiB"),
          Map.entry("ebbmesh.sync.outbox.acknowledge-interval", "50 ms"),
          Map.entry("ebbmesh.sync.outbox.snapshot-every-events", 50),
          Map.entry("ebbmesh.sync.outbox.trim-at-size", "4 KiB"),
          Map.entry("ebbmesh.sync.outbox.merge.max-insights", 16),
          Map.entry("ebbmesh.sync.outbox.merge.min-blocks", 2));

  /** Folds begin early, with room for those that a killed node has not moved yet. */
  private static final List<String> FOLDING =
      List.of(
          "-Debbmesh.sync.outbox.disk-budget=640 KiB",
          "-Debbmesh.sync.outbox.relief.start=20",
          "-Debbmesh.sync.outbox.relief.end=18",
          "-Debbmesh.sync.outbox.relief.step-size=8 KiB",
          "-Debbmesh.sync.outbox.relief.interval=1 s",
          "-Debbmesh.sync.uplink.metered.bulk-lanes.0=insight");

  private static final int LATEST = 4;
  private static final Set<Failpoint> FOLDS =
      EnumSet.of(Failpoint.FOLD, Failpoint.FOLDED, Failpoint.MOVED);
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final CrashPlan plan;
  private final CrashFleet fleet;
  private final PrintStream out;
  private final SplittableRandom random;
  private final Map<String, Integer> hits = new TreeMap<>();

  FailpointHits(CrashPlan plan, CrashFleet fleet, PrintStream out) {
    this.plan = plan;
    this.fleet = fleet;
    this.out = out;
    this.random = new SplittableRandom(plan.seed());
  }

  /**
   * @return kills by step
   * @throws IOException if a step was not reached, or a process ended by itself
   */
  Map<String, Integer> run() throws IOException, InterruptedException {
    for (Failpoint step : plan.steps()) {
      Target target = target(step);
      for (int i = 0; i < plan.times(); i++) {
        fleet.relaunch(target, options(step, random.nextInt(LATEST) + 1));
        if (!fleet.awaitStopped(target, step, LIMIT)) {
          throw new IOException(
              String.format(Locale.ROOT, "step %s was not reached within %s", step.id(), LIMIT));
        }
        hits.merge(step.id(), 1, Integer::sum);
      }
      fleet.relaunch(target, List.of());
      fleet.awaitReady(target);
      out.printf(
          Locale.ROOT,
          "the %s was killed %d times at %s%n",
          target.name().toLowerCase(Locale.ROOT),
          plan.times(),
          step.id());
    }
    return hits;
  }

  private static List<String> options(Failpoint step, int times) {
    List<String> options = new ArrayList<>();
    options.add("-D" + Failpoint.STOP_AT + "=" + step.id());
    options.add("-D" + Failpoint.TIMES + "=" + times);
    if (FOLDS.contains(step)) {
      options.addAll(FOLDING);
      options.add("-Debbmesh.sync.uplink.metered.bulk-hours=" + aDistantHour());
    }
    return options;
  }

  private static String aDistantHour() {
    int hour = (OffsetDateTime.now(ZoneOffset.UTC).getHour() + 12) % 24;
    return hour + "-" + (hour + 1);
  }

  private static Target target(Failpoint step) {
    return switch (step) {
      case COMMIT, COMMITTED, ACKNOWLEDGE -> Target.HUB;
      default -> Target.NODE;
    };
  }
}
