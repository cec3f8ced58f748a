package io.ebbmesh.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal names file, line, what is wrong and the remedy. */
class ScenarioRefusalsTest {

  /** Lines 1 to 4; what a test adds begins in line 5. */
  private static final String WHOLE =
      """
      until = 2 h
      nodes {
        box { count = 2, sensors = [{ name = s, every = 10 s }] }
      }
      """;

  private static List<String> problems(String text, String... sets) {
    ScenarioException refusal =
        catchThrowableOfType(
            ScenarioException.class,
            () -> ScenarioReader.read("x", "x.conf", null, text, List.of(sets)));
    return refusal == null ? List.of() : refusal.problems();
  }

  private static Arguments refused(String line, String what, String remedy) {
    return Arguments.of(line, what, remedy);
  }

  static List<Arguments> refusals() {
    return List.of(
        // Keys and types.
        refused("desciption = x", "unknown key 'desciption'", "did you mean 'description'?"),
        refused("nodes.box.lnik { up = 1 }", "'nodes.box.lnik'", "did you mean 'link'?"),
        refused("nodes.box.link.up = fast", "'nodes.box.link.up' is fast", "1 Mbit/s"),
        refused("nodes.box.link.up = -1 Mbit/s", "is -1 Mbit/s", "a rate of 0 or more"),
        refused("nodes.box.link.latency = -3 ms", "is -3 ms", "a duration of 0 or more"),
        refused("nodes.box.link.latency = 30", "is 30", "a duration of 0 or more"),
        refused("nodes.box.link.loss = 1.5", "is 1.5", "a number from 0 to 1"),
        refused("nodes.box.link.frames.corruption = -1", "is -1", "a number from 0 to 1"),
        refused("nodes.box.link.cut = rest", "is rest", "did you mean 'reset'?"),
        refused("nodes.box.link.queue = much", "is much", "64 MiB"),
        refused("nodes.box.link = 3", "'nodes.box.link' is no object", "{ … }"),
        refused("nodes.box.count = 0", "is 0", "from 1 to 100000"),
        refused("nodes.box.count = 100001", "is 100001", "from 1 to 100000"),
        refused("nodes.box.accelerator = gpu", "is gpu", "cpu, none"),
        refused("nodes.box.link.duty { down = 25 h }", "not shorter than 'every'", "leave time"),
        refused("nodes.Box {}", "cannot be part of a node's name", "a-z"),
        refused("epoch = yesterday", "is no instant", "2026-03-01T00:00:00Z"),
        refused("invariants.livenes.within = 1 m", "'invariants.livenes'", "'liveness'"),
        refused("expect.min-share = 2", "is 2", "from 0 to 1"),
        refused("until = 0 s", "'until' is missing or 0", "such as 24 h"),
        refused("settings.ebbmesh.sync.sesion {}", "'ebbmesh.sync.sesion'", "session"),
        refused("hub.settings.ebbmesh.sync.log.max-issues = x", "max-issues", "must be like"),
        refused("nodes.box.settings.max-sessions = 3", "'max-sessions'", "under 'ebbmesh'"),
        refused("settings.ebbmesh.sync.session.hub.heartbeat = 39 s", "is 39000 ms", "half of"),
        refused(
            "nodes.box.settings.ebbmesh.sync.session.backoff-cap = 1 ms", "backoff-cap", "choose"),
        // Files.
        refused("nodes.box.link.trace = none.csv", "none.csv, which cannot", "a readable file"),
        refused("nodes.box.link.contacts = satellite-ship.csv", "line 16", "start,end"),
        // Faults.
        refused("faults = [{ kind = power-kut, at = 1 h }]", "is power-kut", "'power-cut'"),
        refused("faults = [{ at = 1 h, for = 1 m }]", "'faults[1].kind' is missing", "add it"),
        refused("faults = [{ kind = power-cut }]", "'faults[1].at' is missing", "how often"),
        refused("faults = [{ kind = power-cut, at = 3 h }]", "end of the run", "earlier"),
        refused("faults = [{ kind = link-down, at = 1 h }]", "for' is missing", "10 m"),
        refused("faults = [{ kind = link-down, every = 1 h, from = 3 h, for = 1 s }]", "from", ""),
        refused("faults = [{ kind = power-cut, at = 1 h, for = 3 s }]", "[1].for'", "known here"),
        refused("faults = [{ kind = power-cut, at = 1 h, clock = noon }]", "is noon", "instant"),
        refused("faults = [{ kind = clock-step, at = 1 h }]", "by' is missing", "add it"),
        refused(
            "faults = [{ kind = power-cut, at = 1 h, nodes = bus }]", "there are none", "box-*"),
        refused("faults = [{ kind = lan-partition, at = 1 h, for = 1 m }]", "on a LAN", "box-*"),
        refused("faults = [{ kind = rewind-disk, at = 1 h, back = 2 h }]", "older", "later 'at'"),
        // Arithmetic.
        refused("expect.min-stored = 1443", "only 1442 readings", "raise the load"),
        refused("expect.min-forks = 1", "only 0 disks go back or are copied", "rewind-disk"),
        refused("nodes.two { accelerator = none }", "nothing is ever decided", "site.with"),
        refused("nodes.box.site.with = hall", "no group with LANs", "site.size"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void eachProblemIsToldWithItsLineAndARemedy(String line, String what, String remedy) {
    List<String> problems = problems(WHOLE + line + "\n");
    assertThat(problems)
        .anySatisfy(problem -> assertThat(problem).startsWith("x.conf:5: ").contains(what, remedy));
  }

  @Test
  void theScenarioThatTheOthersSpoilIsWithoutProblems() {
    assertThat(problems(WHOLE)).isEmpty();
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThat(problems(WHOLE + "epoch = x\nepok = y\nnodes.box.count = 0\n"))
        .hasSize(3)
        .anyMatch(problem -> problem.startsWith("x.conf:5: "))
        .anyMatch(problem -> problem.startsWith("x.conf:6: "))
        .anyMatch(problem -> problem.startsWith("x.conf:7: "));
  }

  @Test
  void whatIsSetIsBlamedForItselfAndNotTheFile() {
    assertThat(problems(WHOLE, "nodes.box.count=none"))
        .singleElement()
        .asString()
        .startsWith("--set nodes.box.count=none: 'nodes.box.count' is none; ");
    assertThat(problems(WHOLE, "nodes")).singleElement().asString().contains("KEY=VALUE");
  }

  @Test
  void wrongSyntaxIsToldWithItsLine() {
    assertThat(problems("until = 1 h\nnodes { box {\n"))
        .singleElement()
        .asString()
        .startsWith("x.conf:")
        .doesNotStartWith("x.conf: ");
  }

  @Test
  void aContactPlanMustKnowEveryNode(@TempDir Path folder) throws IOException {
    Path plan = folder.resolve("plan.csv");
    Files.writeString(plan, "start,end,node_a,node_b\n10,20,box-1,hub\n");
    assertThat(problems(WHOLE + "nodes.box.link.contacts = \"" + plan + "\"\n"))
        .singleElement()
        .asString()
        .startsWith("x.conf:5: ")
        .contains("no contact of box-2");
  }

  private static final String DRAINED = "expect.drained = true\n";

  @Test
  void aLinkThatCarriesTooLittleCannotBeDrained() {
    assertThat(problems(WHOLE + DRAINED + "nodes.box.link.up = 1 bit/s\n"))
        .singleElement()
        .asString()
        .startsWith("x.conf:5: 'expect.drained' cannot be met: from second 0 on, box-1 makes");
    assertThat(problems(WHOLE + DRAINED + "nodes.box.link.up = 4 bit/s\n")).isEmpty();
  }

  @Test
  void whatPilesUpInAnOutageMustPassAfterIt() {
    String outage = "faults = [{ kind = link-down, at = 10 m, for = 109 m }]\n";
    String slow = "nodes.box.link.up = 40 bit/s\n";
    assertThat(problems(WHOLE + DRAINED + slow + outage))
        .singleElement()
        .asString()
        .contains("from second 600 on, box-1 makes");
    assertThat(problems(WHOLE + DRAINED + outage)).isEmpty();
  }

  @Test
  void aLinkThatIsDownAtTheEndCannotBeDrained() {
    String outage = "faults = [{ kind = link-down, nodes = box-2, at = 1 h, for = 1 h }]\n";
    assertThat(problems(WHOLE + DRAINED + outage))
        .singleElement()
        .asString()
        .contains("the link of box-2 is down for the last 3600 s");
    assertThat(problems(WHOLE + outage)).isEmpty();
  }
}
