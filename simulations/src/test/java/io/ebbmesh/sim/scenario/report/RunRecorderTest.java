package io.ebbmesh.sim.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunRecorderTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long BUCKET = 2 * MINUTE;
  private static final long DAY = 24 * 60 * MINUTE;

  private final RunRecorder recorder = new RunRecorder(DAY, List.of("a", "b", "c"), 2);

  @Test
  void a_bucket_begins_at_its_edge_and_ends_before_the_next() {
    recorder.accepted(0, 0);
    recorder.accepted(0, BUCKET - 1);
    recorder.accepted(0, BUCKET);
    recorder.accepted(0, DAY - 1);
    assertThat(recorder.accepted[0]).isEqualTo(2);
    assertThat(recorder.accepted[1]).isEqualTo(1);
    assertThat(recorder.accepted[RunRecorder.BUCKETS - 1]).isEqualTo(1);
  }

  @Test
  void what_comes_at_the_horizon_or_later_is_in_the_last_bucket() {
    recorder.accepted(0, DAY);
    recorder.accepted(0, 3 * DAY);
    assertThat(recorder.accepted[RunRecorder.BUCKETS - 1]).isEqualTo(2);
    assertThat(Arrays.stream(recorder.accepted).sum()).isEqualTo(2);
  }

  @Test
  void a_horizon_shorter_than_its_buckets_in_nanoseconds_still_has_an_axis() {
    RunRecorder brief = new RunRecorder(10, List.of("a"));
    brief.accepted(0, 9);
    assertThat(brief.accepted[9]).isEqualTo(1);
    assertThatThrownBy(() -> new RunRecorder(0, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pending_is_what_was_accepted_and_neither_stored_nor_lost() {
    recorder.accepted(0, 1);
    recorder.accepted(0, 2);
    recorder.accepted(2, 3);
    recorder.accepted(2, 4);
    recorder.stored(0, 5, 4, false);
    recorder.declaredLost(2, 6, 2);
    RunFigures figures = recorder.figures();
    assertThat(figures.pending()).isEqualTo(1);
    assertThat(figures.peakPending()).isEqualTo(4);
    assertThat(figures.peakPendingAtNanos()).isEqualTo(4);
    assertThat(recorder.tracks[0].pending.value()).isEqualTo(1);
  }

  @Test
  void a_backlog_is_in_every_bucket_that_it_lasted_through() {
    recorder.accepted(0, BUCKET / 2);
    recorder.stored(0, 3 * BUCKET, 0, true);
    recorder.end(5 * BUCKET);
    recorder.settle();
    assertThat(IntStream.range(0, 5).mapToLong(recorder.pending::max))
        .containsExactly(1L, 1L, 1L, 0L, 0L);
    assertThat(recorder.pending.mean(0)).isEqualTo(0.5);
    assertThat(recorder.pending.mean(1)).isEqualTo(1);
  }

  @Test
  void a_link_is_up_for_the_share_of_a_bucket_that_it_was_up() {
    recorder.link(0, BUCKET / 4, true);
    recorder.link(1, BUCKET / 2, true);
    recorder.link(0, BUCKET, false);
    recorder.link(1, BUCKET + BUCKET / 2, false);
    recorder.end(2 * BUCKET);
    recorder.settle();
    assertThat(recorder.tracks[0].link.mean(0)).isEqualTo(0.75);
    assertThat(recorder.tracks[0].link.mean(1)).isZero();
    assertThat(recorder.links.mean(0)).isEqualTo(1.25);
    assertThat(recorder.links.mean(1)).isEqualTo(0.5);
  }

  @Test
  void the_last_bucket_of_a_run_that_ended_early_is_measured_up_to_its_end() {
    recorder.session(0, 0, true);
    recorder.end(BUCKET + BUCKET / 10);
    recorder.settle();
    assertThat(recorder.sessions.mean(1)).isEqualTo(1);
    assertThat(recorder.sessions.mean(2)).isZero();
  }

  @Test
  void the_same_state_said_twice_counts_once() {
    recorder.link(2, 1, true);
    recorder.link(2, 2, true);
    recorder.session(2, 3, true);
    recorder.session(2, 4, true);
    recorder.session(2, 5, false);
    recorder.session(2, 6, false);
    assertThat(recorder.links.value()).isEqualTo(1);
    assertThat(recorder.sessions.value()).isZero();
    assertThat(recorder.figures().peakSessions()).isEqualTo(1);
  }

  @Test
  void percentiles_are_within_a_thousandth_and_the_maximum_is_exact() {
    for (int i = 1; i <= 10_000; i++) {
      recorder.stored(0, i, i * 1_000_003L, false);
    }
    recorder.stored(0, 20_000, 7 * DAY + 1, true);
    RunFigures.Delay live = recorder.figures().live();
    assertThat(live.count()).isEqualTo(10_000);
    assertThat((double) live.p50Nanos()).isCloseTo(5_000 * 1e6, within(5_000 * 1e3));
    assertThat((double) live.p90Nanos()).isCloseTo(9_000 * 1e6, within(9_000 * 1e3));
    assertThat((double) live.p99Nanos()).isCloseTo(9_900 * 1e6, within(9_900 * 1e3));
    assertThat(live.maxNanos()).isEqualTo(10_000 * 1_000_003L);
    assertThat(recorder.figures().backfilled().maxNanos()).isEqualTo(7 * DAY + 1);
  }

  @Test
  void nothing_stored_has_no_delay() {
    assertThat(recorder.figures().live()).isEqualTo(new RunFigures.Delay(0, 0, 0, 0, 0));
  }

  @Test
  void the_busiest_second_is_found_within_its_bucket() {
    recorder.dialled(0, SECOND - 1);
    for (int i = 0; i < 7; i++) {
      recorder.dialled(i % 3, 5 * SECOND + i);
    }
    recorder.dialled(0, 6 * SECOND);
    assertThat(recorder.dials[0]).isEqualTo(9);
    assertThat(recorder.figures().mostDialsInOneSecond()).isEqualTo(7);
  }

  @Test
  void bytes_are_counted_apart_by_direction() {
    recorder.sent(0, 1, true, 100);
    recorder.sent(2, 2, false, 7);
    assertThat(recorder.figures().bytesUp()).isEqualTo(100);
    assertThat(recorder.figures().bytesDown()).isEqualTo(7);
  }

  @Test
  void faults_beyond_the_limit_are_only_counted_and_long_texts_are_cut() {
    int more = 500;
    for (int i = 0; i < RunRecorder.MAX_FAULTS_KEPT + more; i++) {
      recorder.fault(i * BUCKET / 100, 0, "crash", "x".repeat(10_000));
    }
    assertThat(recorder.faults.kept()).hasSize(RunRecorder.MAX_FAULTS_KEPT);
    assertThat(recorder.faults.kept().get(0).text()).hasSizeLessThan(400);
    assertThat(recorder.figures().faults()).isEqualTo(RunRecorder.MAX_FAULTS_KEPT + more);
    assertThat(recorder.faults.count(24)).isEqualTo(100);
  }

  @Test
  void only_the_first_nodes_have_a_track_and_all_are_in_the_sums() {
    List<String> names = IntStream.range(0, 10_000).mapToObj(i -> "node-" + i).toList();
    RunRecorder many = new RunRecorder(DAY, names);
    for (int i = 0; i < names.size(); i++) {
      many.link(i, i, true);
      many.accepted(i, i);
    }
    assertThat(many.tracks).hasSize(RunRecorder.DEFAULT_MAX_STRIPS);
    assertThat(many.links.value()).isEqualTo(10_000);
    assertThat(many.figures().pending()).isEqualTo(10_000);
  }

  @Test
  void time_that_goes_back_is_refused() {
    recorder.accepted(0, 10);
    assertThatThrownBy(() -> recorder.link(0, 9, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("went back from 10 to 9");
  }
}
