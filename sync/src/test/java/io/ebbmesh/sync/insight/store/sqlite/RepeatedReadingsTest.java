package io.ebbmesh.sync.insight.store.sqlite;

import static io.ebbmesh.sync.insight.store.Samples.BASE;
import static io.ebbmesh.sync.insight.store.Samples.INCARNATION;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.RepeatedReadingsContract;
import io.ebbmesh.sync.insight.store.Samples;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatedReadingsTest extends RepeatedReadingsContract {

  private static final long RETENTION_MILLIS = 1_000;

  /** A store that takes two blocks of {@link #fillManyBlocks} in a transaction. */
  private static final SqliteSettings TWO_BLOCKS =
      SqliteInsightStoreTest.settings("max-batch-rows = 20");

  @TempDir Path directory;

  private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
  private Path file;
  private SqliteInsightStore store;

  @BeforeEach
  void open() {
    file = directory.resolve("insights.db");
    open(SqliteInsightStoreTest.SETTINGS);
  }

  private void open(SqliteSettings settings) {
    store = SqliteInsightStore.open(file, settings, Retention.NONE, now::get);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected InsightStore store() {
    return store;
  }

  @Override
  protected void settle() {}

  private LaneReport lane(io.ebbmesh.protocol.insight.Incarnation incarnation) {
    try (HubStoreReport report = HubStoreReport.open(file)) {
      return report.lanes().stream()
          .filter(each -> each.incarnation().equals(incarnation))
          .findFirst()
          .orElseThrow();
    }
  }

  private long duplicates() {
    try (HubStoreReport report = HubStoreReport.open(file)) {
      return report.sourcePositions(NODE).stream()
          .mapToLong(HubStoreReport.SourceReport::duplicates)
          .sum();
    }
  }

  private long number(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void the_books_balance_and_name_what_was_repeated() throws Exception {
    goBack();
    put(lane(CHILD, Lane.INSIGHT), 11, 11, 15, NORMAL);
    LaneReport child = lane(CHILD);
    assertThat(child.repeated()).isEqualTo(ranges(11, 20));
    assertThat(child.stored().count()).isEqualTo(15);
    assertThat(child.rows()).isEqualTo(5);
    assertThat(child.problems()).isEmpty();
    assertThat(duplicates()).isZero();
    try (HubStoreReport report = HubStoreReport.open(file)) {
      assertThat(report.text()).contains("repeated 10").doesNotContain("DOES NOT BALANCE");
    }
  }

  @Test
  void a_block_that_repeats_only_is_no_block_at_the_hub() throws Exception {
    goBack();
    put(lane(CHILD, Lane.INSIGHT), 11, 11, 10, NORMAL);
    assertThat(lane(CHILD).blocks()).isZero();
    assertThat(lane(CHILD).problems()).isEmpty();
    // Nothing to compare with, as with what was lost.
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 111, 10, NORMAL).conflicts().isEmpty()).isTrue();
  }

  @Test
  void after_a_start_of_the_hub_it_still_knows() throws Exception {
    goBack();
    close();
    open(SqliteInsightStoreTest.SETTINGS);
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 15, NORMAL).repeated())
        .isEqualTo(ranges(11, 20));
  }

  @Test
  void nothing_is_listed_of_a_node_whose_store_never_parted() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    put(lane(INCARNATION, Lane.INSIGHT), 1, 1, 20, NORMAL);
    greet(OTHER, Ancestry.NONE);
    greet(INCARNATION, Ancestry.NONE);
    assertThat(number("SELECT count(*) FROM block_source")).isZero();
  }

  @Test
  void what_is_below_the_fork_point_is_not_listed() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    for (int i = 0; i < 10; i++) {
      put(lane(INCARNATION, Lane.INSIGHT), i * 10 + 1, i * 10 + 1, 10, NORMAL);
    }
    greet(CHILD, partedAt(75));
    assertThat(number("SELECT min(first_position) FROM block_source")).isEqualTo(71);
    assertThat(number("SELECT count(*) FROM block_source")).isEqualTo(3);
  }

  /** A parent with 40 blocks of 10. */
  private void fillManyBlocks(SqliteSettings settings) throws Exception {
    close();
    open(settings);
    greet(INCARNATION, Ancestry.NONE);
    for (int i = 0; i < 40; i++) {
      put(lane(INCARNATION, Lane.INSIGHT), i * 10 + 1, i * 10 + 1, 10, NORMAL);
    }
  }

  @Test
  void while_it_lists_what_a_disk_may_have_forgotten_others_are_served() throws Exception {
    fillManyBlocks(TWO_BLOCKS);
    List<String> answered = Collections.synchronizedList(new ArrayList<>());
    var hello =
        store
            .recordHello(greeting(CHILD, partedAt(11)))
            .thenAccept(outcome -> answered.add("hello " + outcome.fork().isPresent()));
    LaneKey other = new LaneKey(new NodeId("another"), OTHER, Lane.ALARM);
    var block =
        store
            .apply(Samples.block(other, SeqRanges.EMPTY, 1, 5))
            .thenAccept(outcome -> answered.add("block " + outcome.applied()));
    result(hello);
    result(block);
    assertThat(answered).containsExactly("block true", "hello false");
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 400, NORMAL).repeated())
        .isEqualTo(ranges(11, 400));
    assertThat(lane(CHILD).problems()).isEmpty();
  }

  @Test
  void a_listing_that_was_cut_short_goes_on_when_the_store_greets_again() throws Exception {
    fillManyBlocks(TWO_BLOCKS);
    close();

    try (Connection connection = new StoreFile(file).openForWriting(TWO_BLOCKS);
        StoreWriter writer = new StoreWriter(connection, TWO_BLOCKS, now::get, now::get)) {
      writer.begin();
      assertThat(writer.recordHello(greeting(CHILD, partedAt(11)))).isEmpty();
      writer.commit();
    }
    open(TWO_BLOCKS);
    assertThat(number("SELECT count(*) FROM block_source")).isBetween(1L, 38L);
    // Until then it is the parent's turn, and nothing has changed for it.
    assertThat(put(lane(INCARNATION, Lane.INSIGHT), 401, 401, 10, NORMAL).repeated())
        .isEqualTo(SeqRanges.EMPTY);
    greet(CHILD, partedAt(11));
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 410, NORMAL).repeated())
        .isEqualTo(ranges(11, 410));
    assertThat(duplicates()).isZero();
    assertThat(lane(INCARNATION).problems()).isEmpty();
  }

  @Test
  void in_parts_too_the_newest_of_too_many_are_kept() throws Exception {
    fillManyBlocks(SqliteInsightStoreTest.settings("max-batch-rows = 20, max-known-runs = 5"));
    greet(CHILD, partedAt(11));
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 400, NORMAL).repeated())
        .isEqualTo(ranges(351, 400));
    greet(INCARNATION, Ancestry.NONE);
    greet(CHILD, partedAt(11));
    assertThat(number("SELECT count(*) FROM block_source")).isEqualTo(5);
    assertThat(lane(CHILD).problems()).isEmpty();
  }

  @Test
  void of_too_many_the_newest_are_kept() throws Exception {
    close();
    open(SqliteInsightStoreTest.settings("max-known-runs = 3"));
    greet(INCARNATION, Ancestry.NONE);
    for (int i = 0; i < 10; i++) {
      put(lane(INCARNATION, Lane.INSIGHT), i * 10 + 1, i * 10 + 1, 10, NORMAL);
    }
    greet(CHILD, partedAt(11));
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 90, NORMAL).repeated())
        .isEqualTo(ranges(71, 100));
    greet(INCARNATION, Ancestry.NONE);
    greet(CHILD, partedAt(11));
    assertThat(number("SELECT count(*) FROM block_source")).isEqualTo(3);
    assertThat(lane(CHILD).problems()).isEmpty();
  }

  @Test
  void what_retention_has_deleted_is_stored_again() throws Exception {
    greet(INCARNATION, Ancestry.NONE);
    put(lane(INCARNATION, Lane.INSIGHT), 1, 1, 15, NORMAL);
    now.addAndGet(10 * RETENTION_MILLIS);
    put(lane(INCARNATION, Lane.INSIGHT), 16, 16, 5, NORMAL);
    greet(CHILD, partedAt(11));
    close();
    Retention retention =
        new Retention(RETENTION_MILLIS, 0, 100, 1, Long.MAX_VALUE, Long.MAX_VALUE);
    store = SqliteInsightStore.open(file, SqliteInsightStoreTest.SETTINGS, retention, now::get);
    result(store.cursors(NODE, CHILD));
    close();
    assertThat(lane(INCARNATION).expired()).isEqualTo(ranges(1, 15));
    assertThat(number("SELECT min(first_position) FROM block_source")).isEqualTo(16);
    open(SqliteInsightStoreTest.SETTINGS);
    assertThat(put(lane(CHILD, Lane.INSIGHT), 11, 11, 10, NORMAL).repeated())
        .isEqualTo(ranges(16, 20));
    assertThat(duplicates()).isZero();
  }

  private void quarantine(LaneKey lane, SeqRanges held, long first, long last) throws Exception {
    BlockEncoder encoder = new BlockEncoder(1);
    for (long seq = first; seq <= last; seq++) {
      encoder.add(NORMAL.apply(seq));
    }
    byte[] bytes = encoder.encode(lane.lane(), first, BASE).bytes();
    result(
        store.apply(new Quarantine(lane, held, new SeqRange(first, last), bytes, "as it seemed")));
  }

  private QuarantineDesk.Retried retry() {
    try (QuarantineDesk desk =
        QuarantineDesk.open(file, SqliteInsightStoreTest.SETTINGS, Retention.NONE, now::get)) {
      return desk.retry(desk.list().get(0).id());
    }
  }

  @Test
  void of_a_block_that_leaves_quarantine_only_what_was_not_repeated_is_stored() throws Exception {
    goBack();
    quarantine(lane(INCARNATION, Lane.INSIGHT), ranges(1, 20), 21, 30);
    put(lane(CHILD, Lane.INSIGHT), 11, 21, 6, NORMAL);
    QuarantineDesk.Retried retried = retry();
    assertThat(retried.problem()).isNull();
    assertThat(retried.stored()).isEqualTo(4);
    assertThat(lane(INCARNATION).repeated()).isEqualTo(ranges(21, 26));
    assertThat(lane(INCARNATION).problems()).isEmpty();
    // The incarnation that is there repeats what came out of quarantine.
    assertThat(put(lane(CHILD, Lane.INSIGHT), 17, 27, 8, NORMAL).repeated())
        .isEqualTo(ranges(17, 20));
    assertThat(duplicates()).isZero();
  }
}
