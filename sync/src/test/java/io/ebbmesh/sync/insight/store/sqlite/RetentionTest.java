package io.ebbmesh.sync.insight.store.sqlite;

import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import io.ebbmesh.sync.insight.store.InsightQuery.Found;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import io.ebbmesh.sync.insight.store.ReadPosition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  private static final int BLOCK = 500;

  @TempDir Path directory;

  private final AtomicLong now = new AtomicLong(1_000_000);
  private Path file;
  private SqliteInsightStore store;

  private void open(Retention retention) {
    file = directory.resolve("insights.db");
    store = SqliteInsightStore.open(file, SqliteInsightStoreTest.SETTINGS, retention, now::get);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void store(SeqRanges held, long first, long last) throws Exception {
    assertThat(store.apply(block(held, first, last)).toCompletableFuture().get().applied())
        .isTrue();
  }

  private LaneReport lane() {
    try (HubStoreReport report = HubStoreReport.open(file)) {
      return report.lanes().get(0);
    }
  }

  private static void until(Runnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(assertion::run);
  }

  @Test
  void what_arrived_too_long_ago_is_deleted_and_stays_held_and_stored() throws Exception {
    open(new Retention(15_000, 0, 10, 1, 3_600_000, 3_600_000));
    store(SeqRanges.EMPTY, 101, 150);
    now.addAndGet(10_000);
    store(ranges(101, 150), 1, 50);
    now.addAndGet(10_000);
    until(() -> assertThat(lane().rows()).isEqualTo(50));
    assertThat(lane().expired()).isEqualTo(ranges(101, 150));
    assertThat(lane().held()).isEqualTo(ranges(1, 50, 101, 150));
    assertThat(lane().problems()).isEmpty();
    assertThat(lane().stored().count()).isEqualTo(100);
    // What a node sends once more is known, not new.
    store(ranges(1, 50, 101, 150), 101, 150);
    assertThat(lane().rows()).isEqualTo(50);
  }

  @Test
  void what_leaves_quarantine_under_a_wrong_clock_arrives_by_the_time_that_is_known()
      throws Exception {
    Retention retention = new Retention(15_000, 0, 10, 1, 3_600_000, 3_600_000);
    open(retention);
    store(SeqRanges.EMPTY, 1, 50);
    quarantine(51, 55);
    quarantine(56, 60);
    retry(retention, now.get() + Duration.ofDays(1_825).toMillis());
    retry(retention, now.get() - Duration.ofDays(1_825).toMillis());
    assertThat(arrivals()).containsExactly(1_000_000L);
    assertThat(lane().rows()).isEqualTo(60);
    // A hub that starts on it does not take the wrong time for the newest arrival.
    store.close();
    open(retention);
    store(ranges(1, 60), 61, 70);
    now.addAndGet(20_000);
    until(() -> assertThat(lane().rows()).isEqualTo(10));
    assertThat(lane().problems()).isEmpty();
  }

  private void quarantine(long first, long last) throws Exception {
    StoreBlock damaged = (StoreBlock) block(ranges(1, first - 1), first, last);
    BlockEncoder encoder = new BlockEncoder(1);
    damaged.insights().forEach(encoder::add);
    byte[] bytes = encoder.encode(damaged.lane().lane(), first, damaged.base()).bytes();
    Quarantine change =
        new Quarantine(
            damaged.lane(), damaged.expected(), damaged.seqs(), bytes, "of a newer program");
    assertThat(store.apply(change).toCompletableFuture().get().applied()).isTrue();
  }

  private void retry(Retention retention, long wallMillis) {
    try (QuarantineDesk desk =
        QuarantineDesk.open(file, SqliteInsightStoreTest.SETTINGS, retention, () -> wallMillis)) {
      assertThat(desk.retry(desk.list().get(0).id()).stored()).isEqualTo(5);
    }
  }

  private List<Long> arrivals() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT DISTINCT arrived_wall_millis / 1000 FROM block")) {
      List<Long> arrivals = new ArrayList<>();
      while (rows.next()) {
        arrivals.add(rows.getLong(1) * 1_000);
      }
      return arrivals;
    }
  }

  @Test
  void a_clock_that_is_set_years_ahead_deletes_nothing_not_even_after_a_restart() throws Exception {
    Retention retention = new Retention(15_000, 0, 10, 1, 3_600_000, 3_600_000);
    open(retention);
    store(SeqRanges.EMPTY, 1, 50);
    now.addAndGet(Duration.ofDays(1_825).toMillis());
    store(ranges(1, 50), 51, 60);
    store.close();
    open(retention);
    store(ranges(1, 60), 61, 70);
    assertThat(lane().rows()).isEqualTo(70);
    now.addAndGet(Duration.ofDays(-3_650).toMillis());
    store(ranges(1, 70), 71, 80);
    assertThat(lane().rows()).isEqualTo(80);
  }

  @Test
  void of_a_block_that_brought_a_part_only_that_part_is_deleted() throws Exception {
    open(new Retention(15_000, 0, 10, 1, 3_600_000, 3_600_000));
    store(SeqRanges.EMPTY, 5, 6);
    store(ranges(5, 6), 1, 10);
    now.addAndGet(10_000);
    store(ranges(1, 10), 11, 11);
    now.addAndGet(10_000);
    until(() -> assertThat(lane().expired()).isEqualTo(ranges(1, 10)));
    assertThat(lane().problems()).isEmpty();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT DISTINCT block_id FROM block_text ORDER BY 1")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(1)).isEqualTo(3);
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void a_reader_goes_on_behind_what_was_deleted() throws Exception {
    open(new Retention(15_000, 0, 10, 1, 3_600_000, 3_600_000));
    store(SeqRanges.EMPTY, 1, 10);
    store(ranges(1, 10), 11, 20);
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      ReadPosition at = query.after(query.start(), Filter.ALL, 5).next();
      now.addAndGet(20_000);
      until(() -> assertThat(lane().rows()).isEqualTo(10));
      store(ranges(1, 20), 21, 22);
      List<Found> found = query.after(at, Filter.ALL, 100).insights();
      assertThat(found).extracting(Found::seq).endsWith(21L, 22L);
      ReadPosition end = query.end();
      until(() -> assertThat(lane().rows()).isEqualTo(2));
      store(ranges(1, 22), 23, 23);
      assertThat(query.after(end, Filter.ALL, 100).insights())
          .extracting(Found::seq)
          .containsExactly(23L);
    }
  }

  @Test
  void the_store_stays_within_its_size_and_uses_its_space_again() throws Exception {
    long limit = 1 << 20;
    open(new Retention(0, limit, 100, 1, 3_600_000, 3_600_000));
    SeqRanges held = SeqRanges.EMPTY;
    long last = 0;
    for (int i = 0; i < 200; i++) {
      store(held, last + 1, last + BLOCK);
      held = held.plus(new SeqRange(last + 1, last + BLOCK));
      last += BLOCK;
    }
    long produced = last;
    until(
        () -> {
          assertThat(lane().expired().count()).isGreaterThan(produced / 2);
          assertThat(used()).isLessThan(limit);
        });
    assertThat(lane().problems()).isEmpty();
    assertThat(lane().stored().count()).isEqualTo(produced);
    // The newest are the ones that are left.
    assertThat(lane().expired().ranges()).hasSize(1);
    assertThat(lane().expired().contains(1)).isTrue();
    assertThat(lane().expired().contains(produced)).isFalse();
    store.close();
    assertThat(Files.size(file)).isLessThan(3 * limit);
  }

  private static ForgottenPositions forgotten(Connection connection) throws java.sql.SQLException {
    return new ForgottenPositions(connection, new Ids(connection, 1), 1);
  }

  private long used() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        ExpiredRows rows = new ExpiredRows(connection, forgotten(connection))) {
      return rows.usedBytes();
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_step_deletes_no_more_than_it_may() throws Exception {
    open(Retention.NONE);
    SeqRanges held = SeqRanges.EMPTY;
    for (long seq = 1; seq <= 50; seq++) {
      store(held, seq, seq);
      held = held.plus(new SeqRange(seq, seq));
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        ExpiredRows rows = new ExpiredRows(connection, forgotten(connection))) {
      Retention short_ = new Retention(1, 0, 1, 1, 3_600_000, 3_600_000);
      assertThat(rows.delete(short_, now.get() + 100_000, 20)).isEqualTo(20);
      assertThat(rows.delete(short_, now.get(), 20)).isZero();
      assertThat(rows.delete(short_, now.get() + 100_000, 40)).isEqualTo(29);
    }
  }

  @Test
  void limits_that_cannot_be_kept_are_refused_with_their_names() {
    open(Retention.NONE);
    assertThatThrownBy(
            () ->
                Retention.of(
                    ConfigFactory.parseString(
                        "max-age = 0 s, max-size = 1 MiB, step-rows = 1, interval = 1 s")))
        .hasMessageContaining("ebbmesh.hub.retention.max-size")
        .hasMessageContaining("at least 16 MiB");
  }
}
