package io.ebbmesh.sim.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.sim.machine.PlantedBug;
import io.ebbmesh.sim.simulate.CommandLineRun;
import io.ebbmesh.sim.simulate.Run;
import io.ebbmesh.sim.simulate.RunResult;
import io.ebbmesh.sim.simulate.Simulation;
import io.ebbmesh.sim.world.HashTrace;
import io.ebbmesh.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each promise is broken on purpose, to see that its invariant notices. */
class PlantedBugTest {

  private static final long SEEDS = 5;
  private static final String REPLAY = "replay: ";

  /**
   * Where a bug is found.
   *
   * @param nodes 0 for as many as the scenario says
   */
  record Case(
      PlantedBug bug,
      String invariant,
      String scenario,
      int nodes,
      Duration until,
      List<String> sets) {

    Simulation honest(long seed) {
      Simulation simulation = Simulation.of(scenario).seed(seed).nodes(nodes).until(until);
      sets.forEach(simulation::set);
      return simulation;
    }

    Run planted(long seed) {
      return honest(seed).plant(bug).run();
    }

    @Override
    public String toString() {
      return bug + " in " + scenario;
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case(
            PlantedBug.LYING_DISK,
            Invariants.ACCEPTED_NOT_LOST,
            "rewound-disk",
            0,
            Duration.ofHours(2),
            List.of()),
        new Case(
            PlantedBug.STORE_SPLITS_TRANSACTION,
            Invariants.STORED_ONCE,
            "clock-from-1970",
            0,
            Duration.ofMinutes(20),
            List.of("hub.commit=1s", "faults=[{kind=hub-crash, every=2m, off=10s}]")),
        new Case(
            PlantedBug.STORE_FORGETS_POSITIONS,
            Invariants.STORED_ONCE,
            "rewound-disk",
            1,
            Duration.ofHours(11),
            List.of()),
        new Case(
            PlantedBug.STORE_COUNTS_LOST_TWICE,
            Invariants.BOOKS_BALANCE,
            "rewound-disk",
            4,
            Duration.ofHours(12),
            List.of()),
        new Case(
            PlantedBug.STORE_FORGETS_LINEAGE,
            Invariants.FORK_NOTICED,
            "rewound-disk",
            1,
            Duration.ofHours(11),
            List.of()),
        new Case(
            PlantedBug.WIRE_CUTS_LINEAGE,
            Invariants.ONE_HOLDER,
            "cloned-node",
            1,
            Duration.ofHours(2),
            List.of()),
        new Case(
            PlantedBug.SLOW_WIRE,
            Invariants.ALARM_LATENCY,
            "clock-from-1970",
            0,
            Duration.ofHours(2),
            List.of()),
        new Case(
            PlantedBug.LEAKING_DISK,
            Invariants.DISK_BOUNDED,
            "residential-gateways",
            2,
            Duration.ofHours(60),
            List.of()),
        new Case(
            PlantedBug.GREEDY_WIRE,
            Invariants.LIVENESS,
            "clock-from-1970",
            0,
            Duration.ofHours(2),
            List.of()),
        new Case(
            PlantedBug.HASTY_NODES,
            Invariants.PATIENT_DIALS,
            "clock-from-1970",
            0,
            Duration.ofMinutes(20),
            List.of("faults=[{kind=hub-crash, every=2m, off=10s}]")));
  }

  @Test
  void every_invariant_has_a_bug_that_it_must_find() {
    List<Invariant> all =
        Invariants.of(
                new World(1, new HashTrace()), new Invariants.Limits(1, 1, 1), Set.of(), List.of())
            .all();
    assertThat(Invariants.NAMES)
        .containsExactlyElementsOf(all.stream().map(Invariant::name).toList());
    assertThat(cases().stream().map(Case::invariant).distinct())
        .containsExactlyElementsOf(all.stream().map(Invariant::name).toList());
    assertThat(cases()).extracting(Case::bug).containsExactlyInAnyOrder(PlantedBug.values());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_planted_bug_is_found_by_its_invariant_and_the_printed_command_shows_it_again(Case each) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Run run = each.planted(seed);
      if (run.held()) {
        continue;
      }
      String text = textOf(run);
      assertTellsAll(each, seed, run, text);
      CommandLineRun again = CommandLineRun.ofPrinted(CommandLineRun.printed(REPLAY, text));
      assertThat(again.exit()).isEqualTo(ExitCode.FAILED);
      assertThat(again.out()).contains(run.result().traceHash()).endsWith(text);
      assertHoldsWithoutTheBug(each, seed, run);
      return;
    }
    fail(each + " is not found with seeds 1 to " + SEEDS);
  }

  private static String textOf(Run run) {
    try {
      run.requireHeld();
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("it held");
  }

  private static void assertTellsAll(Case each, long seed, Run run, String text) {
    RunResult.Checked checked = checked(each, run);
    assertThat(checked.violations()).isPositive();
    assertThat(text)
        .startsWith("BROKEN: " + each.scenario() + ", seed " + seed + ", at ")
        .contains(", step " + run.result().events() + "\n  " + each.invariant() + " (")
        .contains(" (" + checked.promise() + "): ")
        .contains("last events of the hub:\n  ")
        .containsPattern("last events of [a-z]+-\\d+(-copy)?:\n  ")
        .doesNotContainPattern("@[0-9a-f]{4,}")
        .containsOnlyOnce(REPLAY);
  }

  /** It ends a second later, so that nothing that the bug showed can hide behind the end. */
  private static void assertHoldsWithoutTheBug(Case each, long seed, Run run) {
    Duration found = Duration.ofNanos((long) (run.result().virtualSeconds() * 1e9));
    Run honest = each.honest(seed).until(found.plusSeconds(1)).run();
    honest.requireHeld();
    assertThat(honest.result().insights().stored()).isPositive();
    assertThat(honest.result().insights().duplicates()).isZero();
    assertThat(checked(each, honest).checks()).isPositive();
  }

  private static RunResult.Checked checked(Case each, Run run) {
    return run.result().invariants().stream()
        .filter(one -> one.name().equals(each.invariant()))
        .findFirst()
        .orElseThrow();
  }
}
