package io.ebbmesh.sim.simulate;

import io.ebbmesh.sim.invariant.Accounts;
import io.ebbmesh.sim.invariant.Invariants;
import io.ebbmesh.sim.invariant.Returns;
import io.ebbmesh.sim.scenario.Scenario;
import io.ebbmesh.sim.world.World;
import java.util.ArrayList;
import java.util.List;

/** Sums a run up. */
final class Results {

  private static final double NANOS = 1e9;

  private Results() {}

  /**
   * @param whole whether the run came to the end that the scenario expects something of
   */
  static RunResult of(
      Scenario scenario,
      long seed,
      RunTrace trace,
      World world,
      double wallSeconds,
      Invariants promises,
      Returns returns,
      boolean whole) {
    Accounts.Totals totals = promises.accounts().totals();
    return new RunResult(
        scenario.name(),
        seed,
        trace.hash(),
        world.nowNanos() / NANOS,
        wallSeconds,
        trace.steps(),
        (long) (trace.steps() / Math.max(1e-9, wallSeconds)),
        scenario.nodes(),
        new RunResult.Insights(
            totals.produced(),
            totals.stored(),
            totals.declaredLost(),
            totals.pending(),
            totals.duplicates()),
        promises.all().stream()
            .map(
                each ->
                    new RunResult.Checked(
                        each.name(), each.promise(), each.checks(), each.violations()))
            .toList(),
        returns.all(),
        whole ? expectations(scenario.expect(), totals) : List.of());
  }

  private static List<RunResult.Expected> expectations(
      Scenario.Expect expect, Accounts.Totals totals) {
    List<RunResult.Expected> met = new ArrayList<>();
    if (expect.drained()) {
      met.add(
          new RunResult.Expected(
              "nothing is pending; " + totals.pending() + " are", totals.pending() == 0));
    }
    Long minStored = expect.minStored();
    if (minStored != null) {
      met.add(
          new RunResult.Expected(
              "at least " + minStored + " are stored; " + totals.stored() + " are",
              totals.stored() >= minStored));
    }
    Double minShare = expect.minShare();
    if (minShare != null) {
      double share = totals.produced() == 0 ? 0 : (double) totals.stored() / totals.produced();
      met.add(
          new RunResult.Expected(
              "at least " + minShare + " of what is produced is stored; " + share + " is",
              share >= minShare));
    }
    Long maxPending = expect.maxPending();
    if (maxPending != null) {
      met.add(
          new RunResult.Expected(
              "at most " + maxPending + " are pending; " + totals.pending() + " are",
              totals.pending() <= maxPending));
    }
    Long forks = expect.minForks();
    if (forks != null) {
      met.add(
          new RunResult.Expected(
              "at least "
                  + forks
                  + " nodes went on as new incarnations; "
                  + totals.forks()
                  + " were",
              totals.forks() >= forks));
    }
    return met;
  }
}
