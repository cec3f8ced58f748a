package io.ebbmesh.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links that flap, and a hub that all nodes come back to at once. */
class StormTest {

  private static final String FLAPS =
      """
      until = 62 m
      nodes.gw {
        count = 2
        sensors = [{ every = 1 s }]
        link {
          latency = 10 ms, cut = CUT, signal = true
          duty { every = 400 ms, down = 200 ms, at = 1 m, to = 1 h }
        }
      }
      settings.ebbmesh.sync {
        log.segment-size = 256 KiB
        outbox.disk-reserve = 512 KiB
        log.max-record-size = 64 KiB
        outbox.trim-at-size = 64 KiB
      }
      expect { drained = true }
      """;

  private static final String RETURN =
      """
      until = 6 m
      nodes.gw {
        count = 40
        sensors = [{ every = 10 s }]
        link.signal = true
      }
      hub.settings.ebbmesh.sync.session.hub { max-hellos-per-second = 2, hello-burst = 2 }
      settings.ebbmesh.sync.log { segment-size = 256 KiB, max-record-size = 64 KiB }
      settings.ebbmesh.sync.outbox.disk-reserve = 512 KiB
      faults = [{ kind = hub-crash, at = 2 m, off = 1 m }]
      invariants.alarm-latency.enabled = false
      expect { min-share = 0.9 }
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"reset", "silent"})
  void a_node_whose_link_flaps_for_an_hour_is_patient_and_makes_progress(String cut)
      throws Exception {
    RunResult result = run(FLAPS.replace("CUT", cut));
    assertThat(result.insights().stored()).isPositive();
    assertThat(dials(result).checks()).isBetween(100L, 2 * 3_610L);
  }

  @Test
  void all_nodes_are_back_soon_after_their_hub_is() throws Exception {
    RunResult result = run(RETURN);
    // Once at the start and once after the crash, and not much more often.
    assertThat(dials(result).checks()).isBetween(80L, 40 * 20L);
    assertThat(result.insights().pending()).isLessThan(40 * 5L);
  }

  private RunResult run(String scenario) throws Exception {
    Path file = Files.writeString(folder.resolve("storm.conf"), scenario);
    return Simulation.of(file.toString()).seed(7).run().requireHeld().result();
  }

  private static RunResult.Checked dials(RunResult result) {
    return result.invariants().stream()
        .filter(each -> each.name().equals("patient-dials"))
        .findFirst()
        .orElseThrow();
  }
}
