package io.ebbmesh.sync.insight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Is the store away, by what it answers and by what it does not. */
class StoreWatchTest {

  private static final long SILENT = 10;

  private final StoreWatch watch = new StoreWatch(SILENT);

  @Test
  void a_store_that_fails_is_away_until_it_has_written_again() {
    watch.asked(0);
    watch.asked(0);
    assertThat(watch.isAway(0)).isFalse();
    watch.failed(1);
    assertThat(watch.isAway(1)).isTrue();
    watch.failed(1);
    watch.asked(5);
    watch.read(6);
    watch.asked(6);
    assertThat(watch.isAway(6)).as("it reads, and what it is to write is on its way").isTrue();
    watch.wrote(7);
    assertThat(watch.isAway(7)).isFalse();
  }

  @Test
  void a_store_that_reads_while_nothing_is_to_be_written_is_back() {
    watch.asked(0);
    watch.failed(1);
    watch.asked(2);
    watch.read(3);
    assertThat(watch.isAway(3)).isFalse();
  }

  @Test
  void a_store_that_answers_nothing_is_away_after_a_while() {
    assertThat(watch.dueAtNanos()).isEqualTo(StoreWatch.NEVER);
    assertThat(watch.isAway(1_000)).as("nothing was asked").isFalse();
    watch.asked(1_000);
    watch.asked(1_005);
    assertThat(watch.dueAtNanos()).isEqualTo(1_000 + SILENT);
    assertThat(watch.isAway(1_000 + SILENT - 1)).isFalse();
    assertThat(watch.isAway(1_000 + SILENT)).isTrue();
    watch.wrote(1_020);
    assertThat(watch.isAway(1_020)).isFalse();
    assertThat(watch.dueAtNanos()).as("the other is unanswered").isEqualTo(1_020 + SILENT);
  }
}
