package io.ebbmesh.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.invariant.Invariant;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hub's store is away for longer than the hub may acknowledge nothing. */
class StoreAwayTest {

  private static final long MINUTE = 60_000_000_000L;

  private static final String SCENARIO =
      """
      until = 25 m
      settings.ebbmesh.sync.session {
        hub.heartbeat = %1$s
        hub.liveness-deadline = %2$s
        liveness-deadline = %2$s
      }
      nodes.gw {
        count = 3
        start-within = 1 m
        sensors = [{ every = 5 s, anomalies = 0.01 }]
        link { latency = 20 ms }
      }
      faults = [{ kind = hub-store-fails, at = 5 m, for = 10 m }]
      expect { drained = true }
      """;

  @TempDir Path folder;

  private static final class Sessions extends Invariant {

    private final World world;
    int ended;
    int acknowledgedMeanwhile;
    int acknowledgedSoonAfter;

    Sessions(World world) {
      super("sessions", "counts those that ended, and acknowledgements");
      this.world = world;
    }

    @Override
    public void session(SimNode node, boolean live) {
      ended += live ? 0 : 1;
    }

    @Override
    public void arrived(SimNode node, boolean toHub, Frame frame) {
      if (frame instanceof Frame.Ack) {
        long now = world.nowNanos();
        acknowledgedMeanwhile += now > 5 * MINUTE + MINUTE / 60 && now < 15 * MINUTE ? 1 : 0;
        acknowledgedSoonAfter += now > 15 * MINUTE && now < 16 * MINUTE ? 1 : 0;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"15 s, 40 s", "300 s, 900 s"})
  void acknowledgements_stop_sessions_stay_and_all_goes_on_when_it_is_back(
      String heartbeat, String deadline) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("store-away.conf"), SCENARIO.formatted(heartbeat, deadline));
    Sessions[] sessions = new Sessions[1];
    RunResult result =
        Simulation.of(file.toString())
            .seed(7)
            .invariant(world -> sessions[0] = new Sessions(world))
            .run()
            .requireHeld()
            .result();
    assertThat(sessions[0].ended).as("sessions that ended").isZero();
    assertThat(sessions[0].acknowledgedMeanwhile).isZero();
    assertThat(sessions[0].acknowledgedSoonAfter).isPositive();
    assertThat(result.insights().pending()).isZero();
    assertThat(result.insights().duplicates()).isZero();
  }
}
