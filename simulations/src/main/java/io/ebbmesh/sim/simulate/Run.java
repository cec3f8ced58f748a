package io.ebbmesh.sim.simulate;

import io.ebbmesh.sim.scenario.Scenario;
import io.ebbmesh.sim.scenario.report.RunRecorder;
import org.jspecify.annotations.Nullable;

/** A run that is over. */
public final class Run {

  private final Scenario scenario;
  private final RunResult result;
  private final @Nullable Failure failure;
  private final @Nullable RunRecorder recorder;
  private final String command;

  Run(
      Scenario scenario,
      RunResult result,
      @Nullable Failure failure,
      @Nullable RunRecorder recorder,
      String command) {
    this.scenario = scenario;
    this.result = result;
    this.failure = failure;
    this.recorder = recorder;
    this.command = command;
  }

  public RunResult result() {
    return result;
  }

  /** Whether every promise and expectation held. */
  public boolean held() {
    return failure == null && result.held();
  }

  /**
   * For tests.
   *
   * @throws AssertionError that says what was broken and how to see it again
   */
  public Run requireHeld() {
    if (!held()) {
      throw new AssertionError(text());
    }
    return this;
  }

  Scenario scenario() {
    return scenario;
  }

  @Nullable Failure failure() {
    return failure;
  }

  @Nullable RunRecorder recorder() {
    return recorder;
  }

  String command() {
    return command;
  }

  /** What was broken, for people; empty if all held. */
  String text() {
    if (failure != null) {
      return "BROKEN: " + result.scenario() + ", seed " + result.seed() + ", " + failure.text();
    }
    StringBuilder text = new StringBuilder();
    for (RunResult.Expected expected : result.expectations()) {
      if (!expected.met()) {
        text.append("NOT MET: ")
            .append(result.scenario())
            .append(", seed ")
            .append(result.seed())
            .append(": ")
            .append(expected.text())
            .append('\n');
      }
    }
    return text.isEmpty() ? "" : text.append("replay: ").append(command).append('\n').toString();
  }
}
