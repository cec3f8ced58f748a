package io.ebbmesh.sim.link.trace;

import static io.ebbmesh.sim.link.trace.TraceFiles.SECOND;
import static io.ebbmesh.sim.link.trace.TraceFiles.walk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SatelliteModelTest {

  private static final long DAY = 24 * 3_600 * SECOND;
  private static final int SHIPPED_BYTES_AT_MOST = 300_000;

  @TempDir private Path folder;

  private static String shipped() {
    return SatelliteModel.trace(SatelliteModel.SHIPPED_SEED, SatelliteModel.SHIPPED_HOURS);
  }

  private LinkSchedule schedule(String trace) throws IOException {
    Path file = Files.writeString(folder.resolve("satellite.csv"), trace);
    assertThat(TraceFormat.detect(file)).isEqualTo(TraceFormat.EBBMESH);
    return TraceFormat.EBBMESH.read(file);
  }

  @Test
  void theShippedTraceIsWhatTheModelWrites() throws IOException {
    TraceFiles.assertShipped("satellite-ship.csv", shipped());
    assertThat(shipped().length()).isLessThan(SHIPPED_BYTES_AT_MOST);
  }

  @Test
  void theTraceSaysThatItIsAModel() {
    assertThat(shipped().lines().findFirst().orElseThrow()).startsWith("#").contains("MODEL");
  }

  @Test
  void anotherSeedIsAnotherTraceAndTheSameSeedIsNot() {
    assertThat(TraceFiles.body(SatelliteModel.trace(1, 1)))
        .isEqualTo(TraceFiles.body(SatelliteModel.trace(1, 1)))
        .isNotEqualTo(TraceFiles.body(SatelliteModel.trace(2, 1)));
  }

  @Test
  void theShippedDayIsPlausible() throws IOException {
    LinkSchedule schedule = schedule(shipped());
    assertThat(schedule.periodNanos()).isEqualTo(DAY);
    double lost = 0;
    long up = 0;
    long quick = 0;
    long fullRate = 0;
    long longestOutage = 0;
    for (TraceFiles.Step step : walk(schedule, DAY)) {
      long length = Math.min(schedule.nextChange(step.nanos()), DAY) - step.nanos();
      LinkCondition condition = step.condition();
      if (!condition.up()) {
        longestOutage = Math.max(longestOutage, length);
        continue;
      }
      up += length;
      lost += condition.loss() * length;
      quick += condition.latencyNanos() <= 15_000_000 ? length : 0;
      fullRate += condition.downBitsPerSecond() == SatelliteModel.DOWN_BITS_PER_SECOND ? length : 0;
    }
    assertThat((double) up / DAY).as("share up").isBetween(0.85, 0.99);
    assertThat(lost / up).as("mean loss while up").isBetween(0.01, 0.04);
    assertThat((double) quick / up).as("round trips of at most 30 ms").isBetween(0.4, 0.65);
    assertThat((double) fullRate / up).as("share without rain").isBetween(0.7, 0.99);
    assertThat(longestOutage).as("longest outage").isBetween(180 * SECOND, 3_600 * SECOND);
  }

  @Test
  void aLengthOutOfRangeIsRefused() {
    assertThatThrownBy(() -> SatelliteModel.trace(1, 0)).hasMessageContaining("from 1 to");
  }
}
