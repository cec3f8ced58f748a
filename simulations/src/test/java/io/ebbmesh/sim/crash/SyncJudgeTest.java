package io.ebbmesh.sim.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sim.crash.HttpLoad.Acceptance;
import io.ebbmesh.sim.crash.SyncTrace.Sync;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncJudgeTest {

  private static final String FIRST = "/log/0000000000000001.seg";
  private static final String SECOND = "/log/0000000000000002.seg";

  private final SyncJudge judge = new SyncJudge("/log");

  private static Sync good(String file, long from) {
    return new Sync(file, from, from + 5, false);
  }

  private static Sync bad(String file, long from) {
    return new Sync(file, from, from + 5, true);
  }

  @Test
  void an_acceptance_between_a_failed_sync_and_the_next_good_one_is_unfounded() {
    List<Sync> syncs =
        List.of(bad(FIRST, 100), good("/log/free-0000000000000001.seg", 200), good(SECOND, 300));
    assertThat(judge.unfounded(syncs, List.of(new Acceptance(110, 250)))).isEqualTo(1);
    assertThat(judge.unfounded(syncs, List.of(new Acceptance(110, 301)))).isZero();
    assertThat(judge.unfounded(syncs, List.of(new Acceptance(90, 250)))).isZero();
  }

  @Test
  void a_directory_that_cannot_be_synced_founds_nothing() {
    List<Sync> syncs = List.of(bad("/log", 100), good(SECOND, 300));
    assertThat(judge.unfounded(syncs, List.of(new Acceptance(110, 250)))).isEqualTo(1);
  }

  @Test
  void a_segment_that_is_synced_after_it_failed_is_told() {
    assertThat(judge.retried(List.of(bad(FIRST, 1), good(FIRST, 9)))).isEqualTo(1);
    assertThat(judge.retried(List.of(bad(FIRST, 1), good(SECOND, 9)))).isZero();
    assertThat(judge.retried(List.of(good(FIRST, 1), bad(FIRST, 9)))).isZero();
  }
}
