package io.ebbmesh.sim.simulate;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.scenario.report.HtmlReport;
import io.ebbmesh.sim.scenario.report.RunRecorder;
import io.ebbmesh.sim.scenario.report.RunSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTML page of a run. */
final class Pages {

  private Pages() {}

  /** Writes {@code SCENARIO-SEED.html} into the folder; without one nothing is written. */
  static void write(@Nullable Path folder, Run run) {
    RunRecorder recorder = run.recorder();
    if (folder == null || recorder == null) {
      return;
    }
    Path file = folder.resolve(run.result().scenario() + "-" + run.result().seed() + ".html");
    try {
      HtmlReport.write(file, summary(run), recorder);
    } catch (IOException e) {
      throw new UserErrorException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static RunSummary summary(Run run) {
    RunResult result = run.result();
    RunResult.Insights insights = result.insights();
    Failure failure = run.failure();
    List<RunSummary.Invariant> invariants =
        result.invariants().stream()
            .map(
                each ->
                    new RunSummary.Invariant(
                        each.name(), each.promise(), each.checks(), each.violations()))
            .toList();
    List<RunSummary.Expectation> expectations =
        result.expectations().stream()
            .map(each -> new RunSummary.Expectation(each.text(), each.met()))
            .toList();
    return new RunSummary(
        result.scenario(),
        run.scenario().description(),
        result.seed(),
        result.traceHash(),
        result.virtualSeconds(),
        result.wallSeconds(),
        result.events(),
        result.eventsPerSecond(),
        result.nodes(),
        new RunSummary.Insights(
            insights.produced(),
            insights.stored(),
            insights.declaredLost(),
            insights.pending(),
            insights.duplicates()),
        invariants,
        expectations,
        failure == null ? null : failure.text(),
        run.command());
  }
}
