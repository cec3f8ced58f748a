package io.ebbmesh.sync.insight.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalClockTest {

  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long YEARS = Duration.ofDays(1_825).toMillis();

  private long wall = 1_000_000;
  private long nanos;
  private ArrivalClock clock = opened(0);

  private ArrivalClock opened(long newestMillis) {
    ArrivalClock opened =
        new ArrivalClock(new Retention(1, 0, 1, 1, HOUR, 24 * HOUR), () -> wall, () -> nanos);
    opened.open(newestMillis);
    return opened;
  }

  private void pass(long millis) {
    wall += millis;
    nanos += Duration.ofMillis(millis).toNanos();
  }

  @Test
  void counts_as_the_hubs_clock_does_and_follows_small_corrections() {
    pass(500);
    assertThat(clock.getAsLong()).isEqualTo(1_000_500);
    wall += HOUR;
    assertThat(clock.getAsLong()).isEqualTo(1_000_500 + HOUR);
  }

  @Test
  void a_jump_ahead_counts_no_more_than_the_time_that_passed() {
    wall += YEARS;
    pass(700);
    assertThat(clock.getAsLong()).isEqualTo(1_000_700);
    wall -= YEARS;
    assertThat(clock.getAsLong()).isEqualTo(1_000_700);
  }

  @Test
  void a_jump_back_stops_nothing() {
    wall -= YEARS;
    pass(700);
    assertThat(clock.getAsLong()).isEqualTo(1_000_700);
  }

  @Test
  void time_that_the_hub_was_down_counts_unless_it_is_unlikely_long() {
    clock = opened(wall - 24 * HOUR);
    assertThat(clock.getAsLong()).isEqualTo(wall);
    clock = opened(wall - YEARS);
    assertThat(clock.getAsLong()).isEqualTo(wall - YEARS);
    pass(700);
    assertThat(clock.getAsLong()).isEqualTo(wall - YEARS);
  }

  @Test
  void a_clock_that_was_set_back_while_the_hub_was_down_is_not_believed() {
    clock = opened(wall + YEARS);
    pass(700);
    assertThat(clock.getAsLong()).isEqualTo(wall + YEARS);
  }

  @Test
  void is_opened_once() {
    clock.open(5);
    assertThat(clock.getAsLong()).isEqualTo(wall);
  }
}
