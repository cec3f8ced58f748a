package io.ebbmesh.sim.scenario.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run in plain values.
 *
 * @param traceHash in hexadecimal: equal for two runs that did the same
 * @param failure what ended the run early, if anything did
 * @param replay the command that repeats the run
 */
public record RunSummary(
    String scenario,
    String description,
    long seed,
    String traceHash,
    double virtualSeconds,
    double wallSeconds,
    long events,
    double eventsPerSecond,
    int nodes,
    Insights insights,
    List<Invariant> invariants,
    List<Expectation> expectations,
    @Nullable String failure,
    String replay) {

  public RunSummary {
    invariants = List.copyOf(invariants);
    expectations = List.copyOf(expectations);
  }

  /** Whether nothing failed, no invariant was violated and every expectation was met. */
  public boolean passed() {
    return failure == null
        && invariants.stream().allMatch(invariant -> invariant.violations() == 0)
        && expectations.stream().allMatch(Expectation::met);
  }

  /** The books of all nodes at the end. */
  public record Insights(
      long produced, long stored, long declaredLost, long pending, long duplicates) {}

  /** What must hold after every event, and how often it was checked and did not. */
  public record Invariant(String name, String promise, long checks, long violations) {}

  /** What the scenario says must have happened by its end. */
  public record Expectation(String text, boolean met) {}
}
