package io.ebbmesh.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.sim.fault.FaultKind;
import io.ebbmesh.sim.fault.FaultPlan;
import io.ebbmesh.sim.machine.PlantedBug;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ShrinkTest {

  private static final Duration END = Duration.ofMinutes(30);
  private static final String FAULTS =
      "faults=[{kind=power-cut, every=8m, off=10s}, {kind=hub-crash, every=2m, off=10s},"
          + " {kind=slow-disk, every=10m, for=10s}]";

  private static Simulation failing() {
    return Simulation.of("clock-from-1970")
        .seed(5)
        .until(END)
        .set("hub.commit=1s")
        .set(FAULTS)
        .plant(PlantedBug.STORE_SPLITS_TRANSACTION);
  }

  @Test
  void a_failure_shrinks_to_fewer_nodes_and_faults_and_less_time_and_the_printed_command_fails() {
    Run failed = failing().run();
    List<String> said = new ArrayList<>();
    Run smallest = Shrink.from(ShrinkTest::failing, failed, said::add);

    assertThat(smallest.scenario().nodes()).isLessThan(failed.scenario().nodes());
    assertThat(smallest.scenario().faults())
        .hasSizeLessThan(failed.scenario().faults().size())
        .extracting(FaultPlan::kind)
        .contains(FaultKind.HUB_CRASH);
    assertThat(smallest.scenario().untilNanos()).isLessThan(END.toNanos());
    assertThat(Objects.requireNonNull(smallest.failure()).invariant())
        .isEqualTo(Objects.requireNonNull(failed.failure()).invariant());

    String last = said.get(said.size() - 1);
    CommandLineRun again =
        CommandLineRun.ofPrinted(CommandLineRun.printed("smallest run found: ", last));
    assertThat(again.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(again.out()).contains(smallest.result().traceHash()).endsWith(smallest.text());
  }

  @Test
  void an_expectation_that_is_not_met_has_no_step_to_shrink_to() {
    Run unmet =
        Simulation.of("clock-from-1970")
            .nodes(1)
            .set("until=5m")
            .set("faults=[{kind=link-down, at=1s, for=1h}]")
            .run();
    assertThat(unmet.held()).isFalse();
    List<String> said = new ArrayList<>();
    assertThat(Shrink.from(ShrinkTest::failing, unmet, said::add)).isSameAs(unmet);
    assertThat(said).singleElement().asString().startsWith("nothing to shrink: ");
  }

  @Test
  void the_command_line_shrinks_after_it_printed_the_failure() {
    CommandLineRun run =
        CommandLineRun.of(
            "simulate",
            "flapping",
            "--until",
            "10m",
            "--set",
            "invariants.disk-bounded.max=1KiB",
            "--shrink");
    assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out())
        .contains("BROKEN: flapping, seed 1, at ")
        .contains("still broken without any fault")
        .contains("smallest run found: ./ebbmesh simulate flapping --seed 1 --nodes 1 --until ");
  }
}
