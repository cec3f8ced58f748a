package io.ebbmesh.sync.insight.store.sqlite;

import static io.ebbmesh.sync.insight.store.Samples.INCARNATION;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

  @TempDir Path directory;

  private Path file;
  private SqliteInsightStore store;

  @BeforeEach
  void open() throws Exception {
    file = directory.resolve("insights.db");
    store = SqliteInsightStore.open(file, SqliteInsightStoreTest.SETTINGS);
    apply(block(SeqRanges.EMPTY, 1, 10));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void apply(Change change) throws Exception {
    assertThat(store.apply(change).toCompletableFuture().get().applied()).isTrue();
  }

  private void refuses(Change change) {
    assertThatThrownBy(() -> store.apply(change).toCompletableFuture().get())
        .hasCauseInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("deleted or replaced while the hub runs");
  }

  private long rows(Path of) {
    try (HubStoreReport report = HubStoreReport.open(of)) {
      return report.lanes().get(0).rows();
    }
  }

  @Test
  void nothing_is_acknowledged_into_a_file_that_was_deleted_and_no_new_one_is_made() {
    file.toFile().delete();
    refuses(block(ranges(1, 10), 11, 20));
    refuses(block(ranges(1, 10), 11, 20));
    assertThatThrownBy(() -> store.cursors(NODE, INCARNATION).toCompletableFuture().get())
        .hasCauseInstanceOf(StoreException.class);
    assertThat(file).doesNotExist();
  }

  @Test
  void nothing_is_acknowledged_into_a_file_that_was_replaced() throws Exception {
    Path copy = Files.copy(file, directory.resolve("copy.db"));
    Files.move(file, directory.resolve("old.db"));
    Files.move(copy, file);
    byte[] before = Files.readAllBytes(file);
    refuses(block(ranges(1, 10), 11, 20));
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void a_file_that_is_put_back_is_gone_on_with_and_has_everything() throws Exception {
    Path elsewhere = Files.move(file, directory.resolve("elsewhere.db"));
    refuses(block(ranges(1, 10), 11, 20));
    Files.move(elsewhere, file);
    SeqRanges held =
        store
            .cursors(NODE, INCARNATION)
            .toCompletableFuture()
            .get()
            .values()
            .iterator()
            .next()
            .held();
    // What was refused may have become durable all the same; the cursor says.
    apply(block(held, 11, 30));
    assertThat(rows(file)).isEqualTo(30);
  }

  @Test
  void what_was_in_a_log_that_was_deleted_is_in_the_file_before_anything_is_acknowledged()
      throws Exception {
    directory.resolve("insights.db-wal").toFile().delete();
    refuses(block(ranges(1, 10), 11, 20));
    SeqRanges held =
        store
            .cursors(NODE, INCARNATION)
            .toCompletableFuture()
            .get()
            .values()
            .iterator()
            .next()
            .held();
    assertThat(held.contains(10)).isTrue();
    apply(block(held, 11, 30));
    assertThat(rows(file)).isEqualTo(30);
  }
}
