package io.ebbmesh.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every shipped scenario, small: with a seed that stays, and with one that nobody has seen. The
 * long run is {@code ./ebbmesh simulate SCENARIO --seeds 1..10000}.
 */
class QuickScenariosTest {

  private static Stream<Simulation> simulations() {
    return Stream.of(
        Simulation.of("residential-gateways").nodes(6),
        Simulation.of("industrial-site").nodes(3).until(Duration.ofHours(84)),
        Simulation.of("ship-on-satellite").set("nodes.ship.count=1").until(Duration.ofHours(6)),
        Simulation.of("bus-fleet").nodes(2).until(Duration.ofHours(12)),
        Simulation.of("rewound-disk").until(Duration.ofHours(16)).nodes(4),
        Simulation.of("cloned-node").nodes(3),
        Simulation.of("clock-from-1970").until(Duration.ofHours(8)),
        Simulation.of("reconnect-storm").nodes(20),
        Simulation.of("flapping").until(Duration.ofMinutes(30)));
  }

  @ParameterizedTest
  @MethodSource("simulations")
  void every_promise_holds_with_a_known_seed(Simulation simulation) {
    RunResult result = simulation.seed(7).run().requireHeld().result();
    assertThat(result.insights().stored()).isPositive();
    assertThat(result.invariants())
        .filteredOn(each -> List.of("accepted-not-lost", "stored-once").contains(each.name()))
        .allSatisfy(each -> assertThat(each.checks()).isGreaterThan(100));
  }

  @ParameterizedTest
  @MethodSource("simulations")
  void every_promise_holds_with_a_fresh_seed(Simulation simulation) {
    long fresh = new SplittableRandom().nextLong(1, 1_000_000_000);
    System.out.println("fresh seed: " + simulation.seed(fresh).command());
    simulation.run().requireHeld();
  }

  @Test
  void all_nodes_are_served_soon_after_their_hub_is_back() {
    RunResult result = Simulation.of("reconnect-storm").nodes(20).seed(3).run().result();
    assertThat(result.returns()).hasSize(1);
    assertThat(result.returns().get(0).nodes()).isEqualTo(20);
    // The longest wait between two dials, and what a greeting takes.
    assertThat(result.returns().get(0).servedSeconds()).isBetween(1.0, 75.0);
  }

  /** Sources switch lanes all the time, and each second reading has an insight beside it. */
  @Test
  void each_reading_is_stored_once_whichever_lanes_it_goes_to() {
    RunResult result =
        Simulation.of("flapping")
            .set("nodes.hostile.sensors=[{name=meter,every=2s,anomalies=0.4}]")
            .set("settings.ebbmesh.node.pipeline.samples.every=2")
            .set("settings.ebbmesh.node.pipeline.aggregates.readings=10")
            .set("invariants.disk-bounded.max=16 MiB")
            .until(Duration.ofMinutes(20))
            .seed(5)
            .run()
            .requireHeld()
            .result();
    assertThat(result.insights().stored()).isGreaterThan(1_000);
  }

  /** Decided anew, a reading that a disk has forgotten may go to another lane. */
  @Test
  void what_sources_repeat_to_disks_that_went_back_is_stored_once_in_whichever_lane() {
    RunResult result =
        Simulation.of("rewound-disk")
            .set("nodes.box.sensors=[{name=meter,every=60s,anomalies=0.3}]")
            .set("settings.ebbmesh.node.pipeline.samples.every=2")
            .nodes(2)
            .until(Duration.ofHours(15))
            .seed(5)
            .run()
            .requireHeld()
            .result();
    assertThat(result.insights().stored()).isGreaterThan(1_500);
    assertThat(result.insights().duplicates()).isZero();
  }

  @Test
  void rewound_disks_are_noticed() {
    RunResult result =
        Simulation.of("rewound-disk").nodes(3).set("until=16h").seed(3).run().result();
    assertThat(result.expectations()).hasSize(2).allMatch(RunResult.Expected::met);
  }
}
