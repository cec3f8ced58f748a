package io.ebbmesh.sim.scenario;

import java.util.List;

/** A scenario cannot be run; one line for each problem: file, line, what is wrong, remedy. */
public final class ScenarioException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final List<String> problems;

  ScenarioException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
