package io.ebbmesh.sync.insight.store.sqlite;

import static io.ebbmesh.sync.insight.store.Samples.BASE;
import static io.ebbmesh.sync.insight.store.Samples.BOOT;
import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.InsightStoreContract;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteInsightStoreTest extends InsightStoreContract {

  static final SqliteSettings SETTINGS = settings("");

  /** The usual ones, but for some. */
  static SqliteSettings settings(String hocon) {
    return SqliteSettings.of(
        ConfigFactory.parseString(hocon)
            .withFallback(ConfigFactory.defaultReference().getConfig("ebbmesh.sync.hub-store")));
  }

  @TempDir Path directory;

  private Path file;
  private SqliteInsightStore store;

  @BeforeEach
  void open() {
    file = directory.resolve("hub").resolve("insights.db");
    store = SqliteInsightStore.open(file, SETTINGS);
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
  protected List<Long> rows() {
    return numbers("SELECT seq FROM insight ORDER BY seq");
  }

  @Override
  protected void limitQuarantine(long maxBytes) {
    store.close();
    store = SqliteInsightStore.open(file, settings("quarantine.max-size = " + maxBytes));
  }

  @Override
  protected List<Long> quarantinedBytes() {
    assertThat(numbers("SELECT quarantine_bytes FROM store"))
        .isEqualTo(numbers("SELECT coalesce(sum(length(bytes)), 0) FROM quarantine"));
    return numbers("SELECT length(bytes) FROM quarantine ORDER BY id");
  }

  @Override
  protected void settle() {}

  private List<Long> numbers(String query) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<Long> numbers = new ArrayList<>();
      while (rows.next()) {
        numbers.add(rows.getLong(1));
      }
      return numbers;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void change(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  @Test
  void what_was_stored_is_there_after_opening_again() throws Exception {
    store.apply(block(SeqRanges.EMPTY, 1, 100)).toCompletableFuture().get();
    store.close();
    open();
    assertThat(rows()).hasSize(100);
    assertThat(store.apply(block(ranges(1, 100), 101, 101)).toCompletableFuture().get().applied())
        .isTrue();
  }

  @Test
  void times_are_estimates_until_the_boot_was_in_a_session() throws Exception {
    store.apply(block(SeqRanges.EMPTY, 1, 2)).toCompletableFuture().get();
    assertThat(numbers("SELECT wall_millis FROM insight_time ORDER BY seq"))
        .containsExactly(1_001L, 1_002L);
    assertThat(numbers("SELECT DISTINCT quality FROM insight_time")).containsExactly(0L);
  }

  @Test
  void all_times_of_a_boot_are_corrected_once_it_was_in_a_session() throws Exception {
    store.apply(block(SeqRanges.EMPTY, 1, 2)).toCompletableFuture().get();
    // Five seconds after the base the hub's clock shows 2026.
    BootTime later = new BootTime(BOOT, 6_000_000_000L, 6_000L, ClockQuality.LOWER_BOUND);
    store.recordBootTime(NODE, later, 1_795_000_005_000L).toCompletableFuture().get();
    store.apply(block(ranges(1, 2), 3, 3)).toCompletableFuture().get();
    assertThat(numbers("SELECT wall_millis FROM insight_time ORDER BY seq"))
        .containsExactly(1_795_000_000_001L, 1_795_000_000_002L, 1_795_000_000_003L);
    assertThat(numbers("SELECT DISTINCT quality FROM insight_time")).containsExactly(2L);
  }

  @Test
  void the_smallest_delay_seen_decides_the_offset_of_a_boot() throws Exception {
    store.recordBootTime(NODE, BASE, 50_300).toCompletableFuture().get();
    store.recordBootTime(NODE, BASE, 50_900).toCompletableFuture().get();
    assertThat(numbers("SELECT hub_wall_millis FROM boot")).containsExactly(50_300L);
    store.recordBootTime(NODE, BASE, 50_010).toCompletableFuture().get();
    assertThat(numbers("SELECT hub_wall_millis FROM boot")).containsExactly(50_010L);
    store.recordBootTime(NODE, BASE, 99_000).toCompletableFuture().get();
    assertThat(numbers("SELECT hub_wall_millis FROM boot")).containsExactly(99_000L);
    BootTime other = new BootTime(new UUID(7, 7), 1, 1, ClockQuality.CARRIED);
    store.recordBootTime(NODE, other, 5).toCompletableFuture().get();
    assertThat(numbers("SELECT count(*) FROM boot")).containsExactly(2L);
  }

  @Test
  void a_change_that_fails_does_not_take_its_neighbours_with_it() throws Exception {
    store.apply(block(SeqRanges.EMPTY, 1, 5)).toCompletableFuture().get();
    // A cursor that was rewound by hand: the rows are there, so the block cannot be stored again.
    change("UPDATE lane SET held = ''");
    InsightStore.LaneKey other = new InsightStore.LaneKey(NODE, LANE.incarnation(), Lane.ALARM);
    var wrong = store.apply(block(SeqRanges.EMPTY, 1, 5)).toCompletableFuture();
    var right = store.apply(Samples.block(other, SeqRanges.EMPTY, 1, 5)).toCompletableFuture();
    assertThat(right.get().applied()).isTrue();
    assertThat(wrong).failsWithin(Duration.ofSeconds(5));
    assertThat(rows()).hasSize(10);
  }

  @Test
  void a_block_that_no_store_would_ever_take_goes_into_quarantine_alone() throws Exception {
    var never = block(SeqRanges.EMPTY, 1, 5);
    List<Insight> insights = new ArrayList<>(never.insights());
    Insight third = insights.get(2);
    insights.set(
        2,
        new Insight(
            third.kind(),
            third.stream(),
            third.model(),
            third.label(),
            third.decidedBy(),
            third.observedNanos(),
            Float.NaN,
            third.values(),
            third.source()));
    var change =
        new InsightStore.StoreBlock(
            LANE,
            SeqRanges.EMPTY,
            never.seqs(),
            never.base(),
            never.digest(),
            insights,
            new byte[] {7, 7},
            false);
    InsightStore.LaneKey other = new InsightStore.LaneKey(NODE, LANE.incarnation(), Lane.ALARM);
    var wrong = store.apply(change).toCompletableFuture();
    var right = store.apply(Samples.block(other, SeqRanges.EMPTY, 1, 5)).toCompletableFuture();
    assertThat(right.get().applied()).isTrue();
    assertThat(wrong.get(5, TimeUnit.SECONDS).applied()).isTrue();
    assertThat(wrong.get().cursor().held()).isEqualTo(ranges(1, 5));
    assertThat(wrong.get().cursor().quarantined()).isEqualTo(ranges(1, 5));
    assertThat(numbers("SELECT first_seq FROM quarantine WHERE bytes = x'0707'"))
        .containsExactly(1L);
    assertThat(rows()).hasSize(5);
    // What comes after it in its lane is stored.
    assertThat(store.apply(block(ranges(1, 5), 6, 7)).toCompletableFuture().get().applied())
        .isTrue();
  }

  @Test
  void a_block_that_contradicts_is_kept_once_and_counts_as_nothing() throws Exception {
    store.apply(block(SeqRanges.EMPTY, 1, 5)).toCompletableFuture().get();
    var other = Samples.block(ranges(1, 5), 11, 13);
    var conflict =
        new InsightStore.StoreBlock(
            LANE,
            ranges(1, 5),
            new SeqRange(2, 4),
            other.base(),
            other.digest(),
            other.insights(),
            new byte[] {7, 7},
            false);
    store.apply(conflict).toCompletableFuture().get();
    store.apply(conflict).toCompletableFuture().get();
    assertThat(numbers("SELECT first_seq FROM quarantine WHERE counted = '' AND bytes = x'0707'"))
        .containsExactly(2L);
    assertThat(numbers("SELECT position FROM insight ORDER BY seq"))
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void what_gave_up_its_bytes_is_kept_as_what_it_was() throws Exception {
    limitQuarantine(100_000);
    byte[] first = new byte[60_000];
    first[7] = 7;
    quarantine(SeqRanges.EMPTY, 1, 4, first);
    quarantine(ranges(1, 4), 5, 6, new byte[60_000]);
    assertThat(store.quarantineGivenUp()).isEqualTo(1);
    try (QuarantineDesk desk = QuarantineDesk.open(file, SETTINGS, Retention.NONE, () -> 0)) {
      QuarantineDesk.Entry old = desk.list().get(0);
      assertThat(old.isGivenUp()).isTrue();
      assertThat(old.givenUpDigest()).isEqualTo(Digest.of(first));
      assertThat(old.bytes()).isEqualTo(60_000);
      assertThat(old.counted()).isEqualTo(ranges(1, 4));
      assertThat(old.problem()).isEqualTo("checksum");
      assertThat(desk.list().get(1).isGivenUp()).isFalse();
    }
    try (HubStoreReport report = HubStoreReport.open(file)) {
      assertThat(report.lanes()).hasSize(1).allMatch(LaneReport::balances);
      assertThat(report.lanes().get(0).quarantined()).isEqualTo(ranges(1, 6));
    }
  }

  @Test
  void a_contradicting_block_that_gave_up_its_bytes_is_not_kept_again() throws Exception {
    limitQuarantine(100_000);
    store.apply(block(SeqRanges.EMPTY, 1, 5)).toCompletableFuture().get();
    var other = Samples.block(ranges(1, 5), 11, 13);
    var conflict =
        new InsightStore.StoreBlock(
            LANE,
            ranges(1, 5),
            new SeqRange(2, 4),
            other.base(),
            other.digest(),
            other.insights(),
            new byte[20_000],
            false);
    store.apply(conflict).toCompletableFuture().get();
    quarantine(ranges(1, 5), 6, 6, new byte[90_000]);
    assertThat(quarantinedBytes()).containsExactly(0L, 90_000L);
    conflict =
        new InsightStore.StoreBlock(
            LANE,
            ranges(1, 6),
            conflict.seqs(),
            conflict.base(),
            conflict.digest(),
            conflict.insights(),
            conflict.bytes(),
            false);
    assertThat(store.apply(conflict).toCompletableFuture().get().conflicts())
        .isEqualTo(ranges(2, 4));
    assertThat(quarantinedBytes()).containsExactly(0L, 90_000L);
  }

  @Test
  void quarantine_never_takes_most_of_what_a_store_may_have() {
    Retention small = new Retention(0, 20L << 20, 10, 1, 1, 1);
    assertThat(SETTINGS.within(small).quarantineBytes()).isEqualTo(2L << 20);
    assertThat(SETTINGS.within(Retention.NONE).quarantineBytes()).isEqualTo(1L << 30);
    assertThat(settings("max-size = 1 GiB").within(Retention.NONE).quarantineBytes())
        .isEqualTo((1L << 30) / 10);
  }

  private void quarantine(SeqRanges held, long first, long last, byte[] bytes) throws Exception {
    var change =
        new InsightStore.Quarantine(LANE, held, new SeqRange(first, last), bytes, "checksum");
    assertThat(store.apply(change).toCompletableFuture().get().applied()).isTrue();
  }

  @Test
  void the_program_knows_the_schema_of_its_last_migration() {
    assertThat(numbers("SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history"))
        .containsExactly((long) StoreFile.SCHEMA_VERSION);
  }

  @Test
  void a_store_of_a_newer_program_is_left_as_it_is() throws Exception {
    store.close();
    change(
        "INSERT INTO flyway_schema_history VALUES"
            + " (99, '99', 'later', 'SQL', 'V99__later.sql', 0, 'me', '2030-01-01', 1, 1)");
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> SqliteInsightStore.open(file, SETTINGS))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("schema 99")
        .hasMessageContaining("newer program");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void a_file_that_is_no_database_is_named_and_kept() throws Exception {
    Path other = directory.resolve("notes.txt");
    Files.writeString(other, "these are not the rows you are looking for");
    assertThatThrownBy(() -> SqliteInsightStore.open(other, SETTINGS))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(other.toString())
        .hasMessageContaining("not a database")
        .hasMessageContaining("move it aside");
    assertThat(other).hasContent("these are not the rows you are looking for");
  }

  @Test
  void a_database_of_another_program_is_refused() throws Exception {
    Path other = directory.resolve("other.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + other);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE recipe (id INTEGER)");
    }
    assertThatThrownBy(() -> SqliteInsightStore.open(other, SETTINGS))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("another program");
  }

  @Test
  void a_damaged_store_is_named_and_kept() throws Exception {
    store.close();
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 100, 4096, (byte) 0x5a);
    Files.write(file, bytes);
    assertThatThrownBy(() -> SqliteInsightStore.open(file, SETTINGS))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("move it aside");
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void a_directory_that_cannot_be_made_is_named() throws Exception {
    Path blocker = Files.createFile(directory.resolve("blocker"));
    assertThatThrownBy(() -> SqliteInsightStore.open(blocker.resolve("x").resolve("db"), SETTINGS))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be made");
  }

  @Test
  void a_full_disk_fails_the_change_with_its_remedy_and_loses_nothing() throws Exception {
    store.apply(block(SeqRanges.EMPTY, 1, 10)).toCompletableFuture().get();
    store.close();
    // The limit of the file stands for that of the disk: SQLite answers both alike.
    store = SqliteInsightStore.open(file, settings("max-size = 320 KiB"));
    var failing = store.apply(block(ranges(1, 10), 11, 10_010)).toCompletableFuture();
    assertThatThrownBy(failing::get).hasMessageContaining("free space");
    assertThat(rows()).hasSize(10);
    assertThat(store.apply(block(ranges(1, 10), 11, 12)).toCompletableFuture().get().applied())
        .isTrue();
  }
}
