package io.ebbmesh.sync.insight.ingest;

import static io.ebbmesh.sync.insight.store.Samples.INCARNATION;
import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.MemoryInsightStore;
import io.ebbmesh.sync.insight.store.Samples;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Sessions of a store that parted from another one at number 41 of lane insight. */
class RehomedIngestTest {

  private static final long FORK = 41;
  private static final Incarnation CHILD = new Incarnation(new UUID(9, 9));
  private static final LaneKey OWN = new LaneKey(NODE, CHILD, Lane.INSIGHT);
  private static final Ancestry PARTED =
      Ancestry.NONE.plus(new Ancestry.Ancestor(INCARNATION, Map.of(Lane.INSIGHT, FORK)));

  private final BlockEncoder encoder = new BlockEncoder(1);
  private final MemoryInsightStore store = new MemoryInsightStore();
  private final List<Frame> sent = new ArrayList<>();
  private final IngestDriver original = session(INCARNATION, Ancestry.NONE, SeqRanges.EMPTY);
  private final IngestDriver child = session(CHILD, PARTED, SeqRanges.EMPTY);

  private IngestDriver session(Incarnation incarnation, Ancestry ancestry, SeqRanges held) {
    return new IngestDriver(
        store,
        new Standing(
            NODE,
            incarnation,
            ancestry,
            EnumSet.of(Lane.INSIGHT),
            Map.of(Lane.INSIGHT, 100L),
            Map.of(Lane.INSIGHT, held)),
        100_000,
        new SeededChance(1),
        sent::add);
  }

  /**
   * @param turn what the insights are about: two stores have different ones under one number
   */
  private Frame.BlockPush block(long first, long last, long turn) {
    for (long seq = first; seq <= last; seq++) {
      encoder.add(Samples.insight(seq + turn));
    }
    return new Frame.BlockPush(
        Lane.INSIGHT,
        new SeqRange(first, last),
        encoder.encode(Lane.INSIGHT, first, Samples.BASE).bytes());
  }

  private static Frame.LossDeclared loss(long id, SeqRanges ranges) {
    return new Frame.LossDeclared(
        new LossRecord(Lane.INSIGHT, id, ranges, LossReason.QUOTA, 0, new byte[0]));
  }

  private void take(IngestDriver session, Frame... frames) {
    for (Frame frame : frames) {
      session.frame(1, frame);
    }
    boolean more = true;
    while (more) {
      store.commit();
      more = session.decode(1) || session.answer(1);
    }
  }

  private SeqRanges acknowledged() {
    SeqRanges held = SeqRanges.EMPTY;
    for (Frame frame : sent) {
      held = held.plus(((Frame.Ack) frame).held());
    }
    sent.clear();
    return held;
  }

  @Test
  void what_both_hold_is_stored_once_whoever_sends_it_first() {
    take(original, block(1, 30, 0));
    take(child, block(1, 40, 0));
    assertThat(acknowledged()).isEqualTo(ranges(1, 40));
    take(original, block(31, 60, 0));
    assertThat(acknowledged()).isEqualTo(ranges(31, 60));
    assertThat(store.rows(LANE)).hasSize(60);
    assertThat(store.rows(OWN)).isEmpty();
    assertThat(original.troubles()).isEmpty();
    assertThat(child.troubles()).isEmpty();
  }

  @Test
  void from_the_fork_point_on_each_has_numbers_of_its_own() {
    take(original, block(1, 60, 0));
    take(child, block(41, 60, 1_000));
    assertThat(store.rows(LANE)).hasSize(60);
    assertThat(store.rows(OWN)).hasSize(20).containsKeys(41L, 60L);
    assertThat(store.cursor(OWN).held()).isEqualTo(ranges(41, 60));
    assertThat(store.cursor(LANE).held()).isEqualTo(ranges(1, 60));
  }

  @Test
  void a_block_that_was_merged_over_the_fork_point_is_stored_in_two_parts() {
    Frame.BlockPush merged = block(36, 45, 0);
    take(child, merged);
    assertThat(store.rows(LANE)).containsOnlyKeys(36L, 37L, 38L, 39L, 40L);
    assertThat(store.rows(OWN)).containsOnlyKeys(41L, 42L, 43L, 44L, 45L);
    long credit = sent.stream().mapToLong(frame -> ((Frame.Ack) frame).creditBytes()).sum();
    assertThat(credit).isEqualTo(merged.block().length);
    assertThat(acknowledged()).isEqualTo(ranges(36, 45));
    assertThat(child.outstandingBytes()).isZero();
  }

  @Test
  void a_damaged_block_over_the_fork_point_counts_in_both() {
    Frame.BlockPush merged = block(36, 45, 0);
    merged.block()[merged.block().length / 2] ^= 1;
    take(child, merged);
    assertThat(store.cursor(LANE).quarantined()).isEqualTo(ranges(36, 40));
    assertThat(store.cursor(OWN).quarantined()).isEqualTo(ranges(41, 45));
    assertThat(acknowledged()).isEqualTo(ranges(36, 45));
  }

  @Test
  void a_loss_record_over_the_fork_point_counts_in_both_and_is_one_record() {
    take(original, block(1, 20, 0), loss(7, ranges(21, 22)));
    sent.clear();
    take(child, loss(7, ranges(15, 50)));
    assertThat(store.cursor(LANE))
        .isEqualTo(new Cursor(ranges(1, 40), ranges(21, 40), SeqRanges.EMPTY, 7));
    assertThat(store.cursor(OWN))
        .isEqualTo(new Cursor(ranges(41, 50), ranges(41, 50), SeqRanges.EMPTY, 7));
    assertThat(sent).containsExactly(new Frame.Ack(Lane.INSIGHT, SeqRanges.EMPTY, 7, 0));
  }

  @Test
  void a_loss_record_is_not_acknowledged_before_its_part_of_the_ancestor_is_durable() {
    child.frame(1, loss(7, ranges(15, 50)));
    store.crash();
    while (child.answer(1)) {}
    assertThat(sent).isEmpty();
    child.wake(Long.MAX_VALUE / 2);
    take(child);
    assertThat(sent).containsExactly(new Frame.Ack(Lane.INSIGHT, SeqRanges.EMPTY, 7, 0));
    assertThat(store.cursor(LANE).declaredLost()).isEqualTo(ranges(15, 40));
    assertThat(store.cursor(LANE).lossId()).isZero();
    assertThat(store.cursor(OWN).declaredLost()).isEqualTo(ranges(41, 50));
  }

  @Test
  void a_loss_record_of_the_ancestors_numbers_alone_is_remembered_by_its_own_number() {
    take(child, loss(3, ranges(1, 2)));
    assertThat(store.cursor(OWN))
        .isEqualTo(new Cursor(SeqRanges.EMPTY, SeqRanges.EMPTY, SeqRanges.EMPTY, 3));
    assertThat(store.cursor(LANE).declaredLost()).isEqualTo(ranges(1, 2));
    assertThat(store.cursor(LANE).lossId()).isZero();
  }

  @Test
  void a_store_that_parted_twice_finds_three_that_name_its_numbers() {
    Incarnation grandchild = new Incarnation(new UUID(10, 10));
    Ancestry twice = PARTED.plus(new Ancestry.Ancestor(CHILD, Map.of(Lane.INSIGHT, 61L)));
    take(original, block(1, 50, 0));
    take(child, block(41, 70, 1_000));
    sent.clear();
    IngestDriver third = session(grandchild, twice, SeqRanges.EMPTY);
    take(third, block(31, 40, 0), block(41, 60, 1_000), block(61, 80, 2_000));
    assertThat(acknowledged()).isEqualTo(ranges(31, 80));
    assertThat(third.troubles()).isEmpty();
    assertThat(store.rows(new LaneKey(NODE, grandchild, Lane.INSIGHT))).hasSize(20);
    assertThat(store.rows(OWN)).hasSize(30);
    assertThat(store.rows(LANE)).hasSize(50);
  }

  @Test
  void a_store_that_shares_nothing_has_all_its_numbers_to_itself() {
    Ancestry before =
        Ancestry.NONE.plus(new Ancestry.Ancestor(INCARNATION, Map.of(Lane.INSIGHT, 1L)));
    take(original, block(1, 20, 0));
    take(session(CHILD, before, SeqRanges.EMPTY), block(1, 10, 1_000));
    assertThat(store.rows(OWN)).hasSize(10);
    assertThat(store.rows(LANE)).hasSize(20);
  }
}
