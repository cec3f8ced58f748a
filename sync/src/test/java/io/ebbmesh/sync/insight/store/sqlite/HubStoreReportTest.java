package io.ebbmesh.sync.insight.store.sqlite;

import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Ancestry.Ancestor;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static Greeting greeting(Incarnation incarnation, Ancestry ancestry, long head) {
    Lineage lineage =
        new Lineage(List.of(new Lineage.Epoch(incarnation.id().hashCode(), Map.of())));
    return new Greeting(NODE, incarnation, lineage, ancestry, Map.of(LANE.lane(), head));
  }

  private static Ancestry parted(Incarnation from, long forkPoint) {
    return Ancestry.NONE.plus(new Ancestor(from, Map.of(LANE.lane(), forkPoint)));
  }

  @Test
  void what_a_closed_incarnation_had_and_did_not_deliver_is_unaccounted() throws Exception {
    Path file = directory.resolve("insights.db");
    try (SqliteInsightStore store = filled(file);
        HubStoreReport report = HubStoreReport.open(file)) {
      store
          .recordHello(greeting(LANE.incarnation(), Ancestry.NONE, 150))
          .toCompletableFuture()
          .get();
      assertThat(report.lanes().get(0).pending()).isEqualTo(ranges(111, 150));
      assertThat(report.lanes().get(0).unaccounted()).isEqualTo(SeqRanges.EMPTY);

      // Its store is lost: another one comes, which knows nothing of it.
      Incarnation fresh = new Incarnation(new UUID(6, 6));
      store.recordHello(greeting(fresh, Ancestry.NONE, 7)).toCompletableFuture().get();
      LaneReport closed = report.lanes().get(0);
      assertThat(closed.unaccounted()).isEqualTo(ranges(111, 150));
      assertThat(closed.pending()).isEqualTo(SeqRanges.EMPTY);
      assertThat(report.text()).contains("closed with 40 unaccounted");
      assertThat(report.lanes().get(1).pending()).isEqualTo(ranges(1, 7));

      store
          .recordHello(greeting(LANE.incarnation(), Ancestry.NONE, 150))
          .toCompletableFuture()
          .get();
      assertThat(report.lanes().get(0).closed()).isFalse();
      assertThat(report.lanes().get(1).closed()).isTrue();
    }
  }

  @Test
  void what_an_open_incarnation_shares_with_its_closed_ancestors_is_pending() throws Exception {
    Path file = directory.resolve("insights.db");
    Incarnation child = new Incarnation(new UUID(6, 6));
    Incarnation grandchild = new Incarnation(new UUID(7, 7));
    try (SqliteInsightStore store = filled(file);
        HubStoreReport report = HubStoreReport.open(file)) {
      store
          .recordHello(greeting(LANE.incarnation(), Ancestry.NONE, 150))
          .toCompletableFuture()
          .get();
      Ancestry once = parted(LANE.incarnation(), 121);
      store.recordHello(greeting(child, once, 140)).toCompletableFuture().get();
      LaneReport parent = report.lanes().get(0);
      assertThat(parent.pending()).isEqualTo(ranges(111, 120));
      assertThat(parent.unaccounted()).isEqualTo(ranges(121, 150));
      assertThat(report.lanes().get(1).firstSeq()).isEqualTo(121);
      assertThat(report.lanes().get(1).pending()).isEqualTo(ranges(121, 140));

      Ancestry twice = once.plus(new Ancestor(child, Map.of(LANE.lane(), 131L)));
      store.recordHello(greeting(grandchild, twice, 133)).toCompletableFuture().get();
      assertThat(report.lanes().get(0).pending()).isEqualTo(ranges(111, 120));
      assertThat(report.lanes().get(1).pending()).isEqualTo(ranges(121, 130));
      assertThat(report.lanes().get(1).unaccounted()).isEqualTo(ranges(131, 140));
      assertThat(report.lanes().get(2).pending()).isEqualTo(ranges(131, 133));
    }
  }

  @Test
  void a_missing_store_is_named() {
    assertThatThrownBy(() -> HubStoreReport.open(directory.resolve("nowhere.db")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("there is no store at")
        .hasMessageContaining("nowhere.db");
  }
}
