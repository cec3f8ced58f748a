package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RebuildDelayTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final RebuildDelay delay = new RebuildDelay(Duration.ofSeconds(1), Duration.ofSeconds(5));

  @Test
  void doublesUpToItsMaximum() {
    assertThat(new long[] {next(0), next(0), next(0), next(0), next(0)})
        .containsExactly(1, 2, 4, 5, 5);
  }

  @Test
  void startsOverForWhoWasAMemberForLong() {
    next(0);
    next(0);
    delay.up(10);

    assertThat(next(10 + MINUTE)).isEqualTo(1);
  }

  @Test
  void goesOnForWhoWasAMemberOnlyShortly() {
    next(0);
    delay.up(MINUTE);

    assertThat(next(MINUTE + 1)).isEqualTo(2);
    assertThat(next(3 * MINUTE)).isEqualTo(4);
  }

  private long next(long nowNanos) {
    return delay.next(nowNanos).toSeconds();
  }
}
