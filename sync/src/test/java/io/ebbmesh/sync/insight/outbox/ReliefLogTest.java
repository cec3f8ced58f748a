package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.insight.outbox.Ladder.Rung;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReliefLogTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final ReliefLog words = new ReliefLog(Duration.ofHours(24));

  private static DiskReport report(long survivesMillis) {
    return new DiskReport(2_000_000, 1_800_000, 0, 90_000, survivesMillis, -1, -1, 3, 2, 1_234);
  }

  @Test
  void aKindOfReliefIsToldOnceInTenMinutes() {
    assertThat(words.onStep(0, Rung.FOLD_INSIGHTS, report(-1)))
        .isEqualTo(
            "the outbox is short of room: the oldest insights are folded into aggregates, under"
                + " loss records (blocks hold 1,800,000 of 2,000,000 bytes; 1,234 insights were"
                + " given up since the start)");
    assertThat(words.onStep(9 * MINUTE, Rung.FOLD_INSIGHTS, report(-1))).isNull();
    assertThat(words.onStep(9 * MINUTE, Rung.DROP_SAMPLES, report(-1))).contains("samples");
    assertThat(words.onStep(10 * MINUTE, Rung.FOLD_INSIGHTS, report(-1))).isNotNull();
  }

  @Test
  void aForecastIsToldWhenItGetsShortAndAgainAfterItWasLong() {
    assertThat(words.onForecast(report(-1))).isNull();
    assertThat(words.onForecast(report(25 * 3_600_000L))).isNull();
    assertThat(words.onForecast(report(40 * 60_000L)))
        .startsWith("the outbox gives up insights in 0 h 40 min (below ebbmesh.sync.outbox.relief");
    assertThat(words.onForecast(report(39 * 60_000L))).isNull();
    assertThat(words.onForecast(report(25 * 3_600_000L))).isNull();
    assertThat(words.onForecast(report(23 * 3_600_000L))).contains("in 23 h 0 min");
  }
}
