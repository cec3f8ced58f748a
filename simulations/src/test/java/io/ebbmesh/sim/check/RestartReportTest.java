package io.ebbmesh.sim.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RestartReportTest {

  private static RestartReport of(long afterwards, long millis) {
    return new RestartReport(
        1_000, 10, 100, 7_000, afterwards, millis, millis, 900, 40, 20, 128, 2_000, List.of());
  }

  @Test
  void a_node_that_starts_fast_without_its_insights_breaks_the_promise() {
    assertThat(of(1_000, 700).holds()).isTrue();
    assertThat(of(1_000, 2_001).holds()).isFalse();
    assertThat(of(0, 300).holds()).isFalse();
  }
}
