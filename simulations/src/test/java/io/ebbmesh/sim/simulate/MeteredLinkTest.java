package io.ebbmesh.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.invariant.Invariant;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose link costs by the byte and is cheap at night. */
class MeteredLinkTest {

  private static final long HOUR = 3_600_000_000_000L;
  private static final int HOURS = 23;
  private static final long BUDGET = 64 * 1024;

  private static final String SCENARIO =
      """
      until = 23 h
      epoch = "2026-03-01T08:00:00Z"
      nodes.gw {
        count = 1
        sensors = [{ every = 10 s, anomalies = 0.001 }]
        link.duty { every = 5 h, down = 10 m, at = 2 h }
      }
      faults = [{ kind = process-crash, at = 15 h, off = 1 m }]
      settings.ebbmesh.sync {
        uplink.metered { day-budget = 64 KiB, bulk-hours = "22-6" }
        log.segment-size = 256 KiB
        outbox.disk-reserve = 512 KiB
        log.max-record-size = 64 KiB
        outbox.trim-at-size = 64 KiB
      }
      # Bulk waits by day, and alarms do not.
      invariants.liveness.within = 24 h
      expect { drained = false }
      """;

  @TempDir Path folder;

  /** Bytes of what goes up, by hour, with all that is around the blocks. */
  private static final class Meter extends Invariant {

    private final World world;
    int alarms;
    private final long[] bytes = new long[HOURS];
    private final long[] insights = new long[HOURS];

    Meter(World world) {
      super("meter", "what goes up is counted");
      this.world = world;
    }

    @Override
    public void arrived(SimNode node, boolean toHub, Frame frame) {
      int hour = Math.min(HOURS - 1, (int) (world.nowNanos() / HOUR));
      if (frame instanceof Frame.BlockPush push) {
        alarms += push.lane() == Lane.ALARM ? 1 : 0;
        bytes[hour] += push.block().length;
        insights[hour] += push.lane() == Lane.ALARM ? 0 : push.seqs().count();
      }
    }

    long bytesBetween(int from, int until) {
      return Arrays.stream(bytes, from, until).sum();
    }

    long insightsBetween(int from, int until) {
      return Arrays.stream(insights, from, until).sum();
    }
  }

  @Test
  void it_stays_within_its_budget_and_sends_what_gathered_in_its_hours() throws Exception {
    Path file = Files.writeString(folder.resolve("metered.conf"), SCENARIO);
    Meter[] meter = new Meter[1];
    RunResult result =
        Simulation.of(file.toString())
            .seed(7)
            .invariant(world -> meter[0] = new Meter(world))
            .run()
            .requireHeld()
            .result();
    Meter met = meter[0];
    assertThat(met.alarms).isPositive();
    assertThat(met.insightsBetween(0, 14)).as("by day, to 21:59").isZero();
    assertThat(met.insightsBetween(14, 15)).as("at 22:00, what gathered").isGreaterThan(4_000);
    assertThat(met.insightsBetween(14, 17)).as("by 00:59").isGreaterThan(16 * 360 - 10);
    assertThat(met.insightsBetween(22, 23)).as("from 06:00").isZero();
    assertThat(met.bytesBetween(0, 16)).as("the first day").isLessThan(BUDGET);
    assertThat(met.bytesBetween(16, 23)).as("the second day").isLessThan(BUDGET);
    assertThat(result.insights().declaredLost()).isZero();
    assertThat(result.insights().duplicates()).isZero();
  }
}
