package io.ebbmesh.sync.insight.store.sqlite;

import static io.ebbmesh.sync.insight.store.Samples.BOOT;
import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import io.ebbmesh.sync.insight.store.InsightQuery.Found;
import io.ebbmesh.sync.insight.store.InsightQuery.Order;
import io.ebbmesh.sync.insight.store.InsightQuery.Page;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.ReadPosition;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteInsightQueryTest {

  private static final LaneKey OTHER =
      new LaneKey(new NodeId("gateway-2"), LANE.incarnation(), Lane.ALARM);
  private static final long BOOT_AT = 1_795_000_000_000L;

  @TempDir Path directory;

  private Path file;
  private SqliteInsightStore store;

  @BeforeEach
  void open() {
    file = directory.resolve("insights.db");
    store = SqliteInsightStore.open(file, SqliteInsightStoreTest.SETTINGS);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void apply(Change change) throws Exception {
    assertThat(store.apply(change).toCompletableFuture().get().applied()).isTrue();
  }

  private static List<Long> seqs(List<Found> found) {
    return found.stream().map(Found::seq).toList();
  }

  private static Filter stream(String stream) {
    return new Filter(null, null, null, stream, null, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private static Filter between(long from, long to) {
    return new Filter(null, null, null, null, null, from, to);
  }

  /** Everything after a position, in pages of {@code limit}. */
  private static List<Found> rest(
      SqliteInsightQuery query, ReadPosition from, Filter filter, int limit) {
    List<Found> all = new ArrayList<>();
    Page page;
    ReadPosition at = from;
    do {
      page = query.after(at, filter, limit);
      all.addAll(page.insights());
      at = page.next();
    } while (!page.isLast());
    return all;
  }

  @Test
  void pages_of_any_size_give_every_insight_once_in_the_order_of_arrival() throws Exception {
    apply(block(SeqRanges.EMPTY, 5, 9));
    apply(block(OTHER, SeqRanges.EMPTY, 1, 4));
    apply(block(ranges(5, 9), 1, 12));
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      for (int limit = 1; limit <= 17; limit++) {
        assertThat(seqs(rest(query, query.start(), Filter.ALL, limit)))
            .containsExactly(5L, 6L, 7L, 8L, 9L, 1L, 2L, 3L, 4L, 1L, 2L, 3L, 4L, 10L, 11L, 12L);
      }
    }
  }

  @Test
  void history_says_so_and_can_be_left_out() throws Exception {
    InsightStore.StoreBlock live = (InsightStore.StoreBlock) block(SeqRanges.EMPTY, 5, 6);
    apply(live);
    InsightStore.StoreBlock late = (InsightStore.StoreBlock) block(ranges(5, 6), 1, 4);
    apply(
        new InsightStore.StoreBlock(
            late.lane(),
            late.expected(),
            late.seqs(),
            late.base(),
            late.digest(),
            late.insights(),
            late.bytes(),
            true));
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      assertThat(rest(query, query.start(), Filter.ALL, 100))
          .extracting(Found::backfilled)
          .containsExactly(false, false, true, true, true, true);
      Filter liveOnly =
          new Filter(null, null, null, null, null, Long.MIN_VALUE, Long.MAX_VALUE, true);
      assertThat(seqs(rest(query, query.start(), liveOnly, 100))).containsExactly(5L, 6L);
      assertThat(seqs(query.byTime(liveOnly, Order.OLDEST_FIRST, 10))).containsExactly(5L, 6L);
    }
  }

  @Test
  void an_insight_that_comes_late_is_behind_the_position_of_those_that_were_read()
      throws Exception {
    apply(block(SeqRanges.EMPTY, 50, 60));
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      ReadPosition end = rest(query, query.start(), Filter.ALL, 100).get(10).place();
      apply(block(ranges(50, 60), 1, 3));
      assertThat(seqs(rest(query, end, Filter.ALL, 100))).containsExactly(1L, 2L, 3L);
      assertThat(query.after(query.end(), Filter.ALL, 10).insights()).isEmpty();
    }
  }

  @Test
  void a_position_outlives_the_reader_and_the_hub() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 10));
    String position;
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      position = query.after(query.start(), Filter.ALL, 4).next().toString();
    }
    store.close();
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      ReadPosition from = ReadPosition.parse(position);
      assertThat(seqs(rest(query, from, Filter.ALL, 3))).containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
      // A hub that starts while the reader goes on.
      open();
      apply(block(ranges(1, 10), 11, 12));
      assertThat(seqs(rest(query, from, Filter.ALL, 100))).endsWith(11L, 12L);
    }
  }

  @Test
  void a_position_ahead_of_a_store_that_was_set_back_is_refused() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 4));
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      ReadPosition end = query.end();
      ReadPosition ahead = new ReadPosition(end.store(), end.block() + 1, end.seq());
      assertThat(query.after(end, Filter.ALL, 10).isLast()).isTrue();
      assertThatThrownBy(() -> query.after(ahead, Filter.ALL, 10))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("set back");
    }
  }

  @Test
  void a_position_of_another_store_is_refused() {
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      assertThatThrownBy(() -> query.after(new ReadPosition(7, 1, 1), Filter.ALL, 1))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("0000000000000007.1.1")
          .hasMessageContaining("another store");
    }
    assertThatThrownBy(() -> ReadPosition.parse("7.1.1")).hasMessageContaining("no position");
  }

  @Test
  void filters_leave_exactly_what_they_name() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 120));
    apply(block(OTHER, SeqRanges.EMPTY, 1, 8));
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      assertThat(rest(query, query.start(), stream("mote/3"), 7)).hasSize(32);
      assertThat(rest(query, query.start(), stream("mote/9"), 7)).isEmpty();
      Filter label = new Filter(null, null, null, null, "event", Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(seqs(rest(query, query.start(), label, 7))).containsExactly(50L, 100L);
      assertThat(seqs(query.byTime(label, Order.NEWEST_FIRST, 7))).containsExactly(100L, 50L);
      Filter node =
          new Filter(OTHER.node(), null, null, "mote/3", null, Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(seqs(rest(query, query.start(), node, 7))).containsExactly(3L, 7L);
      assertThat(seqs(query.byTime(node, Order.NEWEST_FIRST, 1))).containsExactly(7L);
      Filter lane = new Filter(null, Lane.ALARM, null, null, null, Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(rest(query, query.start(), lane, 7)).hasSize(8);
      Filter kind =
          new Filter(null, null, InsightKind.DETECTION, null, null, Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(query.byTime(kind, Order.OLDEST_FIRST, 7)).isEmpty();
    }
  }

  @Test
  void a_span_of_time_is_found_by_estimates_until_the_boot_is_corrected() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 100));
    apply(block(OTHER, SeqRanges.EMPTY, 1, 100));
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      // The nodes believe that it is a second after 1970.
      List<Found> estimated = query.byTime(between(1_010, 1_012), Order.OLDEST_FIRST, 10);
      assertThat(seqs(estimated)).containsExactly(10L, 10L, 11L, 11L);
      assertThat(estimated).noneMatch(Found::corrected);
      assertThat(estimated).extracting(Found::quality).containsOnly(ClockQuality.LOWER_BOUND);
      BootTime later = new BootTime(BOOT, 1_000_000_000L, 1_000L, ClockQuality.LOWER_BOUND);
      store.recordBootTime(NODE, later, BOOT_AT).toCompletableFuture().get();
      assertThat(query.byTime(between(1_010, 1_012), Order.OLDEST_FIRST, 10))
          .extracting(Found::node)
          .containsOnly(OTHER.node());
      List<Found> corrected =
          query.byTime(between(BOOT_AT + 10, BOOT_AT + 12), Order.NEWEST_FIRST, 10);
      assertThat(seqs(corrected)).containsExactly(11L, 10L);
      assertThat(corrected).allMatch(Found::corrected);
      assertThat(corrected.get(0).wallMillis()).isEqualTo(BOOT_AT + 11);
      assertThat(corrected).extracting(Found::quality).containsOnly(ClockQuality.SYNCHRONISED);
      assertThat(seqs(rest(query, query.start(), between(BOOT_AT + 99, Long.MAX_VALUE), 9)))
          .containsExactly(99L, 100L);
    }
  }

  @Test
  void the_first_by_time_are_the_first_of_all_blocks_however_they_overlap() throws Exception {
    SeqRanges held = SeqRanges.EMPTY;
    for (long first : new long[] {401, 1, 201, 101, 301}) {
      apply(block(held, first, first + 99));
      held = held.plus(ranges(first, first + 99));
    }
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      assertThat(seqs(query.byTime(Filter.ALL, Order.NEWEST_FIRST, 150)))
          .startsWith(500L, 499L)
          .endsWith(351L)
          .hasSize(150);
      assertThat(seqs(query.byTime(Filter.ALL, Order.OLDEST_FIRST, 3))).containsExactly(1L, 2L, 3L);
      assertThat(query.byTime(Filter.ALL, Order.OLDEST_FIRST, 10_000)).hasSize(500);
    }
  }

  @Test
  void a_store_that_is_not_there_is_named() {
    assertThatThrownBy(() -> SqliteInsightQuery.open(directory.resolve("none.db")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("none.db");
  }

  @Test
  void what_is_read_is_what_was_stored() throws Exception {
    apply(block(SeqRanges.EMPTY, 1, 3));
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      Found found = query.byTime(Filter.ALL, Order.NEWEST_FIRST, 1).get(0);
      assertThat(found.node()).isEqualTo(NODE);
      assertThat(found.incarnation()).isEqualTo(LANE.incarnation());
      assertThat(found.insight().stream()).isEqualTo(Samples.insight(3).stream());
      assertThat(found.insight().source()).isEqualTo(Samples.insight(3).source());
      assertThat(found.insight().values()).isEqualTo(Samples.insight(3).values());
    }
  }
}
