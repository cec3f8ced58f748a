package io.ebbmesh.sync.insight.store;

import static io.ebbmesh.sync.insight.store.Samples.BASE;
import static io.ebbmesh.sync.insight.store.Samples.INCARNATION;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** What every {@link InsightStore} makes of readings that are repeated to a disk that went back. */
public abstract class RepeatedReadingsContract {

  protected static final Incarnation CHILD = new Incarnation(new UUID(9, 9));
  protected static final Incarnation OTHER = new Incarnation(new UUID(9, 10));
  protected static final String CSV = "csv/mote";

  protected abstract InsightStore store();

  /** Lets a store that commits on demand commit. */
  protected abstract void settle();

  protected final <T> T result(CompletionStage<T> stage) throws Exception {
    settle();
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  protected static LaneKey lane(Incarnation incarnation, Lane lane) {
    return new LaneKey(NODE, incarnation, lane);
  }

  /** The reading at a position of a source; its decision may differ. */
  protected static Insight reading(String source, long position, InsightKind kind) {
    return new Insight(
        kind,
        "mote/1",
        "wsn@1",
        kind == InsightKind.ANOMALY ? "event" : "normal",
        "",
        BASE.monotonicNanos() + (kind == InsightKind.ANOMALY ? 5 : 6),
        kind == InsightKind.ANOMALY ? 2 : 0.5f,
        new float[] {20 + position % 10, position},
        new SourcePosition(source, position));
  }

  protected static LongFunction<Insight> of(String source, InsightKind kind) {
    return position -> reading(source, position, kind);
  }

  private static Insight withNumbers(Insight insight, float... numbers) {
    return new Insight(
        insight.kind(),
        insight.stream(),
        insight.model(),
        insight.label(),
        insight.decidedBy(),
        insight.observedNanos(),
        insight.score(),
        numbers,
        insight.source());
  }

  private static Insight ofStream(String stream, Insight insight) {
    return new Insight(
        insight.kind(),
        stream,
        insight.model(),
        insight.label(),
        insight.decidedBy(),
        insight.observedNanos(),
        insight.score(),
        insight.values(),
        insight.source());
  }

  /** Stores numbers from {@code firstSeq} on with readings from {@code firstPosition} on. */
  protected final Outcome put(
      LaneKey lane, long firstSeq, long firstPosition, int count, LongFunction<Insight> readings)
      throws Exception {
    InsightStore.Cursor before =
        result(store().cursors(NODE, lane.incarnation()))
            .getOrDefault(lane.lane(), InsightStore.Cursor.EMPTY);
    List<Insight> insights = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      insights.add(readings.apply(firstPosition + i));
    }
    Outcome outcome =
        result(
            store()
                .apply(
                    new StoreBlock(
                        lane,
                        before.held(),
                        new SeqRange(firstSeq, firstSeq + count - 1),
                        BASE,
                        Digest.of(new byte[] {(byte) firstSeq}),
                        insights)));
    assertThat(outcome.applied()).isTrue();
    return outcome;
  }

  protected final void greet(Incarnation incarnation, Ancestry ancestry) throws Exception {
    assertThat(result(store().recordHello(greeting(incarnation, ancestry))).fork()).isEmpty();
  }

  protected static Greeting greeting(Incarnation incarnation, Ancestry ancestry) {
    Lineage lineage =
        new Lineage(
            List.of(
                new Lineage.Epoch(
                    incarnation.id().getLeastSignificantBits(), Map.of(Lane.INSIGHT, 1L))));
    return new Greeting(NODE, incarnation, lineage, ancestry, Map.of());
  }

  /** Parted from the first incarnation. */
  protected static Ancestry partedAt(long forkPoint) {
    return Ancestry.NONE.plus(new Ancestry.Ancestor(INCARNATION, Map.of(Lane.INSIGHT, forkPoint)));
  }

  protected static final LongFunction<Insight> NORMAL = of(CSV, InsightKind.CLASSIFICATION);
  protected static final LongFunction<Insight> DECIDED_ANEW = of(CSV, InsightKind.ANOMALY);

  /** The hub holds the positions 1 to 20; the disk goes back behind position 10. */
  protected final void goBack() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    put(lane(INCARNATION, Lane.INSIGHT), 1, 1, 20, NORMAL);
    greet(CHILD, partedAt(11));
  }

  @Test
  void what_the_disk_has_forgotten_is_held_and_not_stored_again() throws Exception {
    goBack();
    Outcome repeated = put(lane(CHILD, Lane.INSIGHT), 11, 11, 15, NORMAL);
    assertThat(repeated.repeated()).isEqualTo(ranges(11, 20));
    assertThat(repeated.cursor().held()).isEqualTo(ranges(11, 25));
    assertThat(repeated.conflicts()).isEqualTo(SeqRanges.EMPTY);
  }

  @Test
  void a_repetition_is_known_under_other_numbers_in_another_lane_decided_otherwise()
      throws Exception {
    goBack();
    Outcome repeated = put(lane(CHILD, Lane.ALARM), 1, 15, 10, DECIDED_ANEW);
    assertThat(repeated.repeated()).isEqualTo(ranges(1, 6));
  }

  @Test
  void each_key_of_a_single_request_is_known() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    LongFunction<Insight> keyed = key -> reading("http/" + key, 1, InsightKind.CLASSIFICATION);
    put(lane(INCARNATION, Lane.INSIGHT), 1, 1, 20, keyed);
    greet(CHILD, partedAt(11));
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 19, 4, keyed).repeated())
        .isEqualTo(ranges(11, 12));
  }

  @Test
  void another_reading_under_a_known_position_is_stored() throws Exception {
    goBack();
    // The file went back with the disk, and other rows were written.
    LongFunction<Insight> rewritten = position -> withNumbers(NORMAL.apply(position), 99);
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 5, rewritten).repeated().isEmpty()).isTrue();
    assertThat(put(lane(CHILD, Lane.INSIGHT), 16, 16, 2, NORMAL).repeated())
        .isEqualTo(ranges(16, 17));
  }

  @Test
  void a_reading_of_another_stream_under_a_known_position_is_stored() throws Exception {
    goBack();
    LongFunction<Insight> renamed = position -> ofStream("mote/2", NORMAL.apply(position));
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 5, renamed).repeated().isEmpty()).isTrue();
  }

  @Test
  void a_detection_is_known_although_another_release_draws_another_box() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    LongFunction<Insight> boxes = of(CSV, InsightKind.DETECTION);
    put(lane(INCARNATION, Lane.INSIGHT), 1, 1, 20, boxes);
    greet(CHILD, partedAt(11));
    assertThat(
            put(
                    lane(CHILD, Lane.INSIGHT),
                    11,
                    19,
                    4,
                    position -> withNumbers(boxes.apply(position), 1, 2, 3, 4))
                .repeated())
        .isEqualTo(ranges(11, 12));
  }

  @Test
  void positions_that_a_node_gives_out_itself_are_new_on_each_disk() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    LongFunction<Insight> folded = of("fold/insight", InsightKind.AGGREGATE);
    put(lane(INCARNATION, Lane.INSIGHT), 1, 1, 20, folded);
    greet(CHILD, partedAt(11));
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 5, folded).repeated().isEmpty()).isTrue();
  }

  @Test
  void a_store_that_never_parted_from_the_other_one_knows_its_own_readings() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    put(lane(INCARNATION, Lane.INSIGHT), 1, 1, 20, NORMAL);
    greet(OTHER, Ancestry.NONE);
    assertThat(put(lane(OTHER, Lane.INSIGHT), 1, 1, 5, NORMAL).repeated().isEmpty()).isTrue();
  }

  @Test
  void what_the_parent_brings_after_its_child_did_is_not_stored_again_either() throws Exception {
    goBack();
    put(lane(CHILD, Lane.INSIGHT), 11, 21, 5, NORMAL);
    greet(INCARNATION, Ancestry.NONE);
    assertThat(put(lane(INCARNATION, Lane.INSIGHT), 21, 21, 8, NORMAL).repeated())
        .isEqualTo(ranges(21, 25));
    greet(CHILD, partedAt(11));
    assertThat(put(lane(CHILD, Lane.INSIGHT), 16, 26, 5, NORMAL).repeated())
        .isEqualTo(ranges(16, 18));
  }

  @Test
  void what_is_shared_is_not_taken_for_a_repetition() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    put(lane(INCARNATION, Lane.INSIGHT), 13, 13, 8, NORMAL);
    greet(CHILD, partedAt(11));
    assertThat(put(lane(INCARNATION, Lane.INSIGHT), 1, 1, 10, NORMAL).repeated().isEmpty())
        .isTrue();
  }

  @Test
  void a_grandchild_repeats_what_only_its_grandparent_had() throws Exception {
    goBack();
    put(lane(CHILD, Lane.INSIGHT), 11, 21, 5, NORMAL);
    Ancestry twice = partedAt(11).plus(new Ancestry.Ancestor(CHILD, Map.of(Lane.INSIGHT, 14L)));
    greet(OTHER, twice);
    assertThat(put(lane(OTHER, Lane.INSIGHT), 14, 11, 20, NORMAL).repeated())
        .isEqualTo(ranges(14, 28));
  }
}
