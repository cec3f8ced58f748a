package io.ebbmesh.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sim.invariant.Invariant;
import io.ebbmesh.sim.invariant.Invariants;
import io.ebbmesh.sim.machine.PlantedBug;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.simulate.Run;
import io.ebbmesh.sim.simulate.RunResult;
import io.ebbmesh.sim.simulate.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of fault happens, to those it is for, and every promise outlives it. */
class FaultKindsTest {

  private static final String SCENARIO =
      """
      until = 50 m
      settings.ebbmesh.sync {
        log.segment-size = 256 KiB
        log.max-record-size = 64 KiB
        outbox.trim-at-size = 64 KiB
      }
      nodes.gw {
        count = 3
        site.size = 3
        sensors = [{ every = 10 s, anomalies = 0.05 }]
      }
      faults = [
        { kind = link-down, nodes = gw-1, at = 2 m, for = 1 m }
        { kind = one-way-cut, nodes = gw-1, at = 4 m, for = 1 m, direction = to-node }
        { kind = forget-connections, nodes = gw-2, at = 6 m }
        { kind = power-cut, nodes = gw-1, at = 8 m, off = 20 s }
        { kind = process-crash, nodes = gw-2, at = 10 m, off = 20 s, clock = "1970-01-01T00:00:00Z" }
        { kind = crash-at-step, nodes = gw-3, at = 12 m, step = 2, off = 20 s }
        { kind = hub-crash, at = 14 m, off = 20 s }
        { kind = hub-store-fails, at = 16 m, for = 30 s }
        { kind = lan-partition, at = 18 m, for = 1 m }
        { kind = disk-full, nodes = gw-1, at = 20 m, for = 30 s }
        { kind = slow-disk, nodes = gw-2, at = 22 m, for = 1 m, factor = 100 }
        { kind = device-hang, nodes = gw-1, at = 24 m, for = 30 s }
        { kind = device-slow, nodes = gw-1, at = 26 m, for = 30 s, factor = 50 }
        { kind = device-break, nodes = gw-1, at = 28 m, for = 30 s }
        { kind = native-crash, nodes = gw-2, at = 30 m, off = 20 s }
        { kind = clock-step, nodes = gw-3, at = 32 m, by = "-2 h" }
        { kind = fsync-error, nodes = gw-2, at = 34 m, for = 10 s }
        { kind = bit-flip, nodes = gw-3, at = 36 m, bits = 3 }
        { kind = rewind-disk, nodes = gw-1, at = 40 m, back = 10 m, off = 20 s }
      ]
      invariants.liveness.within = 2 m
      expect.min-forks = 1
      """;

  @TempDir Path folder;

  private String scenario = "";

  @BeforeEach
  void writeScenario() throws IOException {
    scenario = Files.writeString(folder.resolve("every-kind.conf"), SCENARIO).toString();
  }

  /** Writes down what it hears; breaks never. */
  private static final class Heard extends Invariant {

    final Set<String> kinds = new TreeSet<>();
    final List<String> crashes = new ArrayList<>();

    Heard() {
      super("heard", "it hears of faults");
    }

    @Override
    public void fault(int node, String kind, String text) {
      kinds.add(kind);
    }

    @Override
    public void crashed(SimNode node, boolean power) {
      crashes.add(node.name() + (power ? " power" : ""));
    }

    @Override
    public void hubCrashed() {
      crashes.add("hub");
    }

    @Override
    public void rewound(SimNode node) {
      crashes.add(node.name() + " rewound");
    }
  }

  @Test
  void every_kind_happens_and_every_promise_holds() {
    Heard heard = new Heard();

    Run run = Simulation.of(scenario).seed(3).invariant(world -> heard).run().requireHeld();

    assertThat(heard.kinds)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(FaultKind.values()).map(FaultKind::name).toList());
    assertThat(heard.crashes)
        .containsExactly(
            "gw-1 power", "gw-2", "gw-3 power", "hub", "gw-2", "gw-1 power", "gw-1 rewound");
    assertThat(run.result().insights().stored()).isGreaterThan(2 * 290);
  }

  @Test
  void a_disk_that_lies_is_found_by_the_power_cut() {
    Run run = Simulation.of(scenario).seed(3).plant(PlantedBug.LYING_DISK).run();

    assertThat(run.held()).isFalse();
    assertThat(run.result().invariants())
        .filteredOn(each -> each.violations() > 0)
        .extracting(RunResult.Checked::name)
        .containsExactly(Invariants.ACCEPTED_NOT_LOST);
  }

  @Test
  void a_program_that_finds_its_disk_full_is_started_until_there_is_room() throws IOException {
    Path full =
        Files.writeString(
            folder.resolve("full.conf"),
            """
            until = 20 m
            nodes.gw.sensors = [{ every = 10 s }]
            faults = [
              { kind = disk-full, at = 5 m, for = 5 m }
              { kind = power-cut, at = 6 m, off = 20 s }
            ]
            expect.drained = true
            invariants.disk-bounded.enabled = false
            """);

    Run run = Simulation.of(full.toString()).run().requireHeld();

    assertThat(run.result().insights().stored()).isEqualTo(120);
  }
}
