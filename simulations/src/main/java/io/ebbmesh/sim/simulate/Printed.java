package io.ebbmesh.sim.simulate;

import io.ebbmesh.sim.invariant.Returns;

/** What a run found out, on the terminal. */
final class Printed {

  private Printed() {}

  static void print(Run run) {
    RunResult result = run.result();
    RunResult.Insights insights = result.insights();
    System.out.printf(
        "%s, seed %d: %d nodes, %s of virtual time in %.1f s, %,d events (%,d/s), trace %s%n",
        result.scenario(),
        result.seed(),
        result.nodes(),
        Times.text((long) (result.virtualSeconds() * 1e9)),
        result.wallSeconds(),
        result.events(),
        result.eventsPerSecond(),
        result.traceHash());
    System.out.printf(
        "readings: %,d produced, %,d stored, %,d declared lost, %,d pending, %,d stored twice%n",
        insights.produced(),
        insights.stored(),
        insights.declaredLost(),
        insights.pending(),
        insights.duplicates());
    for (RunResult.Checked each : result.invariants()) {
      System.out.printf(
          "  %-18s %,12d checks  %s%n",
          each.name(),
          each.checks(),
          each.violations() == 0 ? "held" : "BROKEN " + each.violations());
    }
    for (Returns.Return each : result.returns()) {
      System.out.printf(
          "  the hub is back at %s: %,d nodes %s, %s, %,d dials%n",
          Times.text((long) (each.atSeconds() * 1e9)),
          each.nodes(),
          after("have a session", each.welcomedSeconds()),
          after("it has all that waited", each.servedSeconds()),
          each.dials());
    }
    for (RunResult.Expected each : result.expectations()) {
      System.out.printf("  %s: %s%n", each.met() ? "as expected" : "NOT MET", each.text());
    }
    System.out.print(run.text());
  }

  private static String after(String what, double seconds) {
    return seconds < 0 ? what + " never" : what + " after %.1f s".formatted(seconds);
  }

  static void line(Run run, long done, long all) {
    RunResult result = run.result();
    System.out.printf(
        "%d/%d seed %d held: %,d stored, %,d events in %.1f s, trace %s%n",
        done,
        all,
        result.seed(),
        result.insights().stored(),
        result.events(),
        result.wallSeconds(),
        result.traceHash());
  }
}
