package io.ebbmesh.sync.insight.store;

import static io.ebbmesh.sync.insight.store.Samples.INCARNATION;
import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.DeclareLost;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link InsightStore} keeps. */
public abstract class InsightStoreContract {

  protected abstract InsightStore store();

  /** Sequence numbers that have a row, ascending. */
  protected abstract List<Long> rows();

  /** Lets a store that commits on demand commit. */
  protected abstract void settle();

  private <T> T result(CompletionStage<T> stage) throws Exception {
    settle();
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Outcome apply(Change change) throws Exception {
    return result(store().apply(change));
  }

  @Test
  void unknown_incarnations_hold_nothing() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 3));
    assertThat(result(store().cursors(NODE, new Incarnation(new UUID(9, 9))))).isEmpty();
  }

  @Test
  void a_block_moves_rows_and_cursor_together() throws Exception {
    Outcome outcome = apply(block(SeqRanges.EMPTY, 1, 40));
    assertThat(outcome)
        .isEqualTo(
            new Outcome(true, new Cursor(ranges(1, 40), SeqRanges.EMPTY, SeqRanges.EMPTY, 0)));
    assertThat(rows()).hasSize(40);
    assertThat(result(store().cursors(NODE, INCARNATION)))
        .containsOnlyKeys(Lane.INSIGHT)
        .containsEntry(Lane.INSIGHT, outcome.cursor());
  }

  @Test
  void a_change_that_expects_another_cursor_changes_nothing_and_learns_the_truth()
      throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 10));
    Outcome outcome = apply(block(SeqRanges.EMPTY, 11, 20));
    assertThat(outcome.applied()).isFalse();
    assertThat(outcome.cursor().held()).isEqualTo(ranges(1, 10));
    assertThat(rows()).hasSize(10);
  }

  @Test
  void changes_that_wait_together_build_on_each_other() throws Exception {
    List<CompletionStage<Outcome>> stages = new ArrayList<>();
    SeqRanges held = SeqRanges.EMPTY;
    for (int i = 0; i < 20; i++) {
      SeqRange seqs = new SeqRange(i * 100L + 1, i * 100L + 100);
      stages.add(store().apply(block(held, seqs.first(), seqs.last())));
      held = held.plus(seqs);
    }
    for (CompletionStage<Outcome> stage : stages) {
      assertThat(result(stage).applied()).isTrue();
    }
    assertThat(rows()).hasSize(2_000).isSorted();
  }

  @Test
  void of_a_block_only_what_is_missing_is_stored() throws Exception {
    apply(block(SeqRanges.EMPTY, 3, 4));
    apply(block(ranges(3, 4), 7, 7));
    Outcome merged = apply(block(ranges(3, 4, 7, 7), 1, 10));
    assertThat(merged.applied()).isTrue();
    assertThat(merged.cursor().held()).isEqualTo(ranges(1, 10));
    assertThat(rows()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
  }

  @Test
  void a_known_block_is_applied_and_changes_nothing() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 5));
    Outcome again = apply(block(ranges(1, 5), 2, 4));
    assertThat(again.applied()).isTrue();
    assertThat(rows()).hasSize(5);
  }

  @Test
  void a_damaged_block_counts_as_held_for_what_was_missing() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 5));
    Outcome outcome =
        apply(
            new Quarantine(
                LANE, ranges(1, 5), new SeqRange(4, 8), new byte[] {1, 2, 3}, "checksum"));
    assertThat(outcome.cursor())
        .isEqualTo(new Cursor(ranges(1, 8), SeqRanges.EMPTY, ranges(6, 8), 0));
    assertThat(rows()).hasSize(5);
  }

  @Test
  void a_loss_record_leaves_what_is_held_as_it_is() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 5));
    LossRecord loss =
        new LossRecord(
            Lane.INSIGHT, 1, ranges(4, 9), LossReason.DAMAGED, 1_700_000_000_000L, new byte[0]);
    Outcome outcome = apply(new DeclareLost(LANE, ranges(1, 5), loss));
    assertThat(outcome.cursor())
        .isEqualTo(new Cursor(ranges(1, 9), ranges(6, 9), SeqRanges.EMPTY, 1));
    Outcome again = apply(new DeclareLost(LANE, ranges(1, 9), loss));
    assertThat(again.cursor()).isEqualTo(outcome.cursor());
  }

  @Test
  void a_block_that_comes_after_its_loss_record_is_dropped() throws Exception {
    LossRecord loss =
        new LossRecord(Lane.INSIGHT, 1, ranges(1, 9), LossReason.QUOTA, 0, new byte[0]);
    apply(new DeclareLost(LANE, SeqRanges.EMPTY, loss));
    Outcome late = apply(block(ranges(1, 9), 1, 9));
    assertThat(late.applied()).isTrue();
    assertThat(late.cursor().declaredLost()).isEqualTo(ranges(1, 9));
    assertThat(rows()).isEmpty();
  }
}
