package io.ebbmesh.sim.simulate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.ebbmesh.sim.invariant.Returns;
import java.util.List;

/**
 * What a run found out; its components are the keys of the JSON file.
 *
 * @param traceHash equal for equal runs: of every event, in order
 * @param events tasks, timers and deliveries
 * @param eventsPerSecond of wall time
 * @param returns each time that the hub came back, and how long its nodes took then
 */
public record RunResult(
    String scenario,
    long seed,
    String traceHash,
    double virtualSeconds,
    double wallSeconds,
    long events,
    long eventsPerSecond,
    int nodes,
    Insights insights,
    List<Checked> invariants,
    List<Returns.Return> returns,
    List<Expected> expectations) {

  /**
   * What became of readings.
   *
   * @param produced handed to a node by their sources
   * @param stored durable at the hub, each counted once
   * @param declaredLost given up or quarantined, and known as such at the hub
   * @param pending accepted by a node and not settled at the hub
   * @param duplicates stored more than once
   */
  public record Insights(
      long produced, long stored, long declaredLost, long pending, long duplicates) {}

  /** How often a promise was checked, and how often it was broken. */
  public record Checked(String name, @JsonIgnore String promise, long checks, long violations) {}

  /** What the scenario expects of its end. */
  public record Expected(String text, boolean met) {}

  /** Whether every promise and expectation held. */
  public boolean held() {
    return invariants.stream().allMatch(each -> each.violations() == 0)
        && expectations.stream().allMatch(Expected::met);
  }
}
