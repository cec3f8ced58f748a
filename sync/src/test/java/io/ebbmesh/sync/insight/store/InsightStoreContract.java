package io.ebbmesh.sync.insight.store;

import static io.ebbmesh.sync.insight.store.Samples.INCARNATION;
import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Fork;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.DeclareLost;
import io.ebbmesh.sync.insight.store.InsightStore.HelloOutcome;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link InsightStore} keeps. */
public abstract class InsightStoreContract {

  protected abstract InsightStore store();

  /** Sequence numbers that have a row, ascending. */
  protected abstract List<Long> rows();

  /** From now on the blocks in quarantine may have so many bytes together. */
  protected abstract void limitQuarantine(long maxBytes);

  /** Lengths of the blocks in quarantine, as they are kept now, oldest first. */
  protected abstract List<Long> quarantinedBytes();

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
  void over_the_limit_of_quarantine_the_oldest_give_up_their_bytes_and_the_books_stay()
      throws Exception {
    limitQuarantine(100_000);
    LaneKey other = new LaneKey(new NodeId("gw-2"), INCARNATION, Lane.ALARM);
    apply(new Quarantine(LANE, SeqRanges.EMPTY, new SeqRange(1, 4), new byte[40_000], "a"));
    apply(new Quarantine(other, SeqRanges.EMPTY, new SeqRange(1, 5), new byte[50_000], "b"));
    assertThat(quarantinedBytes()).containsExactly(40_000L, 50_000L);
    Outcome third =
        apply(new Quarantine(LANE, ranges(1, 4), new SeqRange(5, 9), new byte[30_000], "c"));
    assertThat(quarantinedBytes()).containsExactly(0L, 50_000L, 30_000L);
    assertThat(third.cursor())
        .isEqualTo(new Cursor(ranges(1, 9), SeqRanges.EMPTY, ranges(1, 9), 0));
    apply(new Quarantine(other, ranges(1, 5), new SeqRange(6, 6), new byte[90_000], "d"));
    assertThat(quarantinedBytes()).containsExactly(0L, 0L, 0L, 90_000L);
    assertThat(result(store().cursors(NODE, INCARNATION)))
        .containsEntry(Lane.INSIGHT, third.cursor());
    // What is quarantined stays known: nothing of it is taken as new.
    assertThat(apply(block(ranges(1, 9), 1, 9)).cursor()).isEqualTo(third.cursor());
    assertThat(rows()).isEmpty();
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

  private static Lineage lineage(long... idsAndFirstSeqs) {
    List<Epoch> epochs = new ArrayList<>();
    for (int i = 0; i < idsAndFirstSeqs.length; i += 2) {
      epochs.add(new Epoch(idsAndFirstSeqs[i], Map.of(Lane.INSIGHT, idsAndFirstSeqs[i + 1])));
    }
    return new Lineage(epochs);
  }

  private HelloOutcome greet(Lineage lineage) throws Exception {
    return result(store().recordHello(NODE, INCARNATION, lineage, Map.of(Lane.INSIGHT, 7L)));
  }

  @Test
  void a_hello_that_goes_on_is_recorded_and_answered_with_the_cursors() throws Exception {
    assertThat(greet(lineage(1, 1)).fork()).isEmpty();
    Outcome stored = apply(block(SeqRanges.EMPTY, 1, 4));
    HelloOutcome again = greet(lineage(1, 1));
    assertThat(again.fork()).isEmpty();
    assertThat(again.cursors()).containsEntry(Lane.INSIGHT, stored.cursor());
    assertThat(greet(lineage(1, 1, 2, 5)).fork()).isEmpty();
    assertThat(greet(lineage(1, 1)).fork().map(Fork::kind)).contains(Fork.Kind.OLDER_OPENING);
  }

  @Test
  void a_hello_whose_new_opening_starts_below_what_is_held_forks() throws Exception {
    greet(lineage(1, 1));
    apply(block(SeqRanges.EMPTY, 1, 5));
    HelloOutcome forked = greet(lineage(1, 1, 2, 5));
    assertThat(forked.fork())
        .contains(new Fork(Fork.Kind.NUMBERS_REUSED, Map.of(Lane.INSIGHT, 5L)));
    assertThat(forked.held()).containsEntry(Lane.INSIGHT, ranges(1, 5));
  }

  @Test
  void a_fork_does_not_overwrite_what_is_known() throws Exception {
    greet(lineage(1, 1, 2, 5));
    assertThat(greet(lineage(1, 1, 3, 5)).fork()).isPresent();
    assertThat(greet(lineage(1, 1, 3, 5, 4, 6)).fork()).isPresent();
    assertThat(greet(lineage(1, 1, 2, 5)).fork()).isEmpty();
    assertThat(greet(lineage(1, 1, 2, 5, 5, 6)).fork()).isEmpty();
  }

  @Test
  void of_two_that_greet_at_once_with_different_openings_one_forks() throws Exception {
    greet(lineage(1, 1));
    CompletionStage<HelloOutcome> one =
        store().recordHello(NODE, INCARNATION, lineage(1, 1, 2, 5), Map.of());
    CompletionStage<HelloOutcome> other =
        store().recordHello(NODE, INCARNATION, lineage(1, 1, 3, 5), Map.of());
    assertThat(result(one).fork()).isEmpty();
    assertThat(result(other).fork()).isPresent();
  }

  @Test
  void each_incarnation_has_a_lineage_of_its_own() throws Exception {
    greet(lineage(1, 1));
    Incarnation next = new Incarnation(new UUID(9, 9));
    assertThat(result(store().recordHello(NODE, next, lineage(7, 1), Map.of())).fork()).isEmpty();
    assertThat(greet(lineage(1, 1)).fork()).isEmpty();
  }

  @Test
  void a_lineage_longer_than_is_remembered_is_compared_on_its_end() throws Exception {
    Lineage lineage = new Lineage(List.of());
    for (long id = 1; id <= Lineage.MAX_EPOCHS; id++) {
      lineage = lineage.plus(new Epoch(id, Map.of(Lane.INSIGHT, id)));
    }
    assertThat(greet(lineage).fork()).isEmpty();
    lineage = lineage.plus(new Epoch(-1, Map.of(Lane.INSIGHT, 2_000L)));
    assertThat(greet(lineage).fork()).isEmpty();
    lineage = lineage.plus(new Epoch(-2, Map.of(Lane.INSIGHT, 3_000L)));
    assertThat(greet(lineage).fork()).isEmpty();
  }

  private static StoreBlock other(SeqRanges expected, long first, long last) {
    StoreBlock block = block(expected, first, last);
    List<Insight> turned = new ArrayList<>(block.insights());
    Collections.reverse(turned);
    return new StoreBlock(
        block.lane(),
        expected,
        block.seqs(),
        block.base(),
        block.digest(),
        turned,
        new byte[] {1, 2, 3},
        false);
  }

  @Test
  void other_insights_under_known_numbers_are_named_and_change_nothing() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 9));
    Outcome same = apply(block(ranges(1, 9), 1, 9));
    assertThat(same.conflicts()).isEqualTo(SeqRanges.EMPTY);
    // The one in the middle stays where it was.
    Outcome turned = apply(other(ranges(1, 9), 5, 9));
    assertThat(turned.applied()).isTrue();
    assertThat(turned.conflicts()).isEqualTo(ranges(5, 6, 8, 9));
    assertThat(turned.cursor()).isEqualTo(same.cursor());
    assertThat(apply(block(ranges(1, 9), 1, 9)).conflicts()).isEqualTo(SeqRanges.EMPTY);
  }

  @Test
  void numbers_that_were_lost_or_quarantined_contradict_nothing() throws Exception {
    apply(new Quarantine(LANE, SeqRanges.EMPTY, new SeqRange(1, 4), new byte[5], "checksum"));
    assertThat(apply(block(ranges(1, 4), 1, 4)).conflicts()).isEqualTo(SeqRanges.EMPTY);
  }

  @Test
  void a_comparison_records_nothing() throws Exception {
    greet(lineage(1, 1));
    Greeting next = new Greeting(NODE, INCARNATION, lineage(1, 1, 2, 5), Ancestry.NONE, Map.of());
    assertThat(result(store().compareHello(next)).fork()).isEmpty();
    assertThat(greet(lineage(1, 1, 3, 5)).fork()).isEmpty();
    assertThat(result(store().compareHello(next)).fork()).isPresent();
  }

  @Test
  void what_is_held_of_a_store_that_parted_is_its_ancestors_below_the_fork_point()
      throws Exception {
    greet(lineage(1, 1));
    apply(block(SeqRanges.EMPTY, 1, 9));
    Incarnation child = new Incarnation(new UUID(9, 9));
    LaneKey own = new LaneKey(NODE, child, Lane.INSIGHT);
    result(store().apply(Samples.block(own, SeqRanges.EMPTY, 7, 8)));
    Ancestry parted =
        Ancestry.NONE.plus(new Ancestry.Ancestor(INCARNATION, Map.of(Lane.INSIGHT, 6L)));
    HelloOutcome greeted =
        result(
            store()
                .recordHello(
                    new Greeting(NODE, child, lineage(7, 6), parted, Map.of(Lane.INSIGHT, 8L))));
    assertThat(greeted.fork()).isEmpty();
    assertThat(greeted.held()).isEqualTo(Map.of(Lane.INSIGHT, ranges(1, 5, 7, 8)));
    // The ancestor is not forked by it.
    assertThat(greet(lineage(1, 1)).fork()).isEmpty();
  }
}
