package io.ebbmesh.sync.insight.store.sqlite;

import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubStoreReportTest {

  @TempDir Path directory;

  private SqliteInsightStore filled(Path file) throws Exception {
    SqliteInsightStore store = SqliteInsightStore.open(file, SqliteInsightStoreTest.SETTINGS);
    store.apply(block(SeqRanges.EMPTY, 1, 100)).toCompletableFuture().get();
    store
        .apply(
            new Quarantine(LANE, ranges(1, 100), new SeqRange(101, 110), new byte[5], "checksum"))
        .toCompletableFuture()
        .get();
    return store;
  }

  @Test
  void a_store_is_read_while_its_hub_writes_it_and_after() throws Exception {
    Path file = directory.resolve("a hub").resolve("insights.db");
    try (SqliteInsightStore store = filled(file);
        HubStoreReport report = HubStoreReport.open(file)) {
      assertThat(report.lanes()).hasSize(1);
      store.apply(block(ranges(1, 110), 111, 120)).toCompletableFuture().get();
      assertThat(report.lanes().get(0).rows()).isEqualTo(110);
    }
    try (HubStoreReport report = HubStoreReport.open(file)) {
      LaneReport lane = report.lanes().get(0);
      assertThat(lane.held()).isEqualTo(ranges(1, 120));
      assertThat(lane.quarantined()).isEqualTo(ranges(101, 110));
      assertThat(lane.balances()).isTrue();
      assertThat(report.text()).contains("gateway-1").contains("rows 110 in 2 blocks");
    }
    assertThat(directory.resolve("a hub").toFile().list()).containsExactly("insights.db");
  }

  @Test
  void positions_that_are_stored_twice_are_counted_across_incarnations() throws Exception {
    Path file = directory.resolve("insights.db");
    try (SqliteInsightStore store = filled(file)) {
      LaneKey other = new LaneKey(NODE, new Incarnation(new UUID(5, 5)), LANE.lane());
      store.apply(Samples.block(other, SeqRanges.EMPTY, 91, 120)).toCompletableFuture().get();
    }
    try (HubStoreReport report = HubStoreReport.open(file)) {
      assertThat(report.sourcePositions(NODE))
          .containsExactly(new HubStoreReport.SourceReport("csv/mote", 130, 10, 1, 120, 0));
    }
  }

  @Test
  void a_position_behind_its_forerunner_is_out_of_order() throws Exception {
    Path file = directory.resolve("insights.db");
    try (SqliteInsightStore store = filled(file)) {
      // Sequence numbers 111 to 120 carry the positions 1 to 10 once more.
      var early = Samples.block(ranges(1, 110), 1, 10);
      store
          .apply(
              new io.ebbmesh.sync.insight.store.InsightStore.StoreBlock(
                  LANE,
                  ranges(1, 110),
                  new SeqRange(111, 120),
                  early.base(),
                  early.digest(),
                  early.insights()))
          .toCompletableFuture()
          .get();
    }
    try (HubStoreReport report = HubStoreReport.open(file)) {
      HubStoreReport.SourceReport source = report.sourcePositions(NODE).get(0);
      assertThat(source.duplicates()).isEqualTo(10);
      assertThat(source.outOfOrder()).isEqualTo(1);
    }
  }

  @Test
  void what_is_stored_comes_back_as_it_was_with_the_block_that_brought_it() throws Exception {
    Path file = directory.resolve("insights.db");
    var second = Samples.block(ranges(1, 110), 111, 120);
    try (SqliteInsightStore store = filled(file)) {
      store.apply(second).toCompletableFuture().get();
    }
    List<StoredInsight> stored = new ArrayList<>();
    try (HubStoreReport report = HubStoreReport.open(file)) {
      report.insights(NODE, stored::add);
      report.insights(new NodeId("somebody-else"), stored::add);
    }
    assertThat(stored).hasSize(110);
    StoredInsight last = stored.get(109);
    assertThat(last.seq()).isEqualTo(120);
    assertThat(last.blockFirstSeq()).isEqualTo(111);
    assertThat(last.lane()).isEqualTo(LANE.lane());
    assertThat(last.incarnation()).isEqualTo(LANE.incarnation());
    assertThat(last.insight()).usingRecursiveComparison().isEqualTo(second.insights().get(9));
  }

  @Test
  void a_missing_store_is_named() {
    assertThatThrownBy(() -> HubStoreReport.open(directory.resolve("nowhere.db")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("there is no store at")
        .hasMessageContaining("nowhere.db");
  }
}
