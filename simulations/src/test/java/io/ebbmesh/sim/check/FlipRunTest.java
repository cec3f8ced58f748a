package io.ebbmesh.sim.check;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class FlipRunTest {

  private static final long SEED = 20261124;

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private Level before = Level.WARN;

  @BeforeEach
  void damageIsExpectedAndNotPrinted() {
    before = root.getLevel();
    root.setLevel(Level.OFF);
  }

  @AfterEach
  void printAgain() {
    root.setLevel(before);
  }

  @Test
  void neitherAFlippedBitNorACutFileTakesAnInsightSilentlyOrStopsTheStart(@TempDir Path directory)
      throws Exception {
    FlipReport report = FlipRun.of(directory, 50, 29, SEED, flip -> {});

    assertThat(report.failures()).isEmpty();
    assertThat(report.declaredLost()).isPositive();
    assertThat(report.cuts()).isGreaterThan(10);
    assertThat(report.cutsDeclared()).isPositive();
    assertThat(report.unaffected() + report.repaired() + report.declaredLost()).isEqualTo(50);
  }
}
