package io.ebbmesh.sync.insight.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import io.ebbmesh.sync.insight.store.InsightQuery.Found;
import io.ebbmesh.sync.insight.store.InsightQuery.Order;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.Samples;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {

  @TempDir Path directory;

  @Test
  void blocks_that_are_in_quarantine_already_count_for_its_limit() throws Exception {
    Path file = directory.resolve("insights.db");
    Flyway.configure()
        .dataSource("jdbc:sqlite:" + file, "", "")
        .locations("classpath:db/migration/hub")
        .placeholderReplacement(false)
        .target("5")
        .load()
        .migrate();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO node VALUES (1, 'gateway-1')");
      statement.execute("INSERT INTO incarnation (id, node_id, uuid) VALUES (1, 1, zeroblob(16))");
      statement.execute(
          "INSERT INTO lane (id, incarnation_id, lane, held, quarantined)"
              + " VALUES (1, 1, 2, '1-3', '1-3')");
      for (int seq = 1; seq <= 3; seq++) {
        statement.execute(
            "INSERT INTO quarantine (lane_id, first_seq, last_seq, counted, problem, bytes)"
                + " VALUES (1, %1$d, %1$d, '%1$d-%1$d', 'checksum', zeroblob(40000))"
                    .formatted(seq));
      }
    }
    LaneKey lane =
        new LaneKey(new NodeId("gateway-1"), new Incarnation(new UUID(0, 0)), Lane.INSIGHT);
    SqliteSettings settings = SqliteInsightStoreTest.settings("quarantine.max-size = 100000");
    SqliteInsightStore store = SqliteInsightStore.open(file, settings);
    Quarantine next =
        new Quarantine(lane, Samples.ranges(1, 3), new SeqRange(4, 4), new byte[30_000], "late");
    assertThat(store.apply(next).toCompletableFuture().get().applied()).isTrue();
    store.close();
    try (QuarantineDesk desk = QuarantineDesk.open(file, settings, Retention.NONE, () -> 0)) {
      assertThat(desk.list())
          .extracting(QuarantineDesk.Entry::isGivenUp)
          .containsExactly(true, true, false, false);
    }
  }

  @Test
  void insights_of_the_first_schema_are_found_in_the_present_one() throws Exception {
    Path file = directory.resolve("insights.db");
    Flyway.configure()
        .dataSource("jdbc:sqlite:" + file, "", "")
        .locations("classpath:db/migration/hub")
        .placeholderReplacement(false)
        .target("1")
        .load()
        .migrate();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO node VALUES (1, 'gateway-1')");
      statement.execute("INSERT INTO incarnation VALUES (1, 1, zeroblob(16))");
      statement.execute(
          "INSERT INTO lane (id, incarnation_id, lane, held) VALUES (1, 1, 2, '1-3')");
      statement.execute("INSERT INTO boot (id, node_id, uuid) VALUES (1, 1, zeroblob(16))");
      statement.execute("INSERT INTO block VALUES (1, 1, 1, 3, zeroblob(32), 1, 0, 0, 0)");
      statement.execute("INSERT INTO text VALUES (1, 'door'), (2, 'open')");
      for (int seq = 1; seq <= 3; seq++) {
        statement.execute(
            "INSERT INTO insight VALUES (1, %d, 1, 1, 1, 0, %d, 0, %d, 0.5, NULL, NULL, NULL)"
                .formatted(seq, seq == 2 ? 2 : 0, seq * 1_000_000_000L));
      }
    }
    SqliteInsightStore.open(file, SqliteInsightStoreTest.SETTINGS).close();
    try (SqliteInsightQuery query = SqliteInsightQuery.open(file)) {
      Filter open = new Filter(null, null, null, "door", "open", 1_900, 2_100);
      assertThat(query.byTime(open, Order.OLDEST_FIRST, 9))
          .extracting(Found::seq)
          .containsExactly(2L);
      Filter late = new Filter(null, null, null, null, null, 3_000, Long.MAX_VALUE);
      assertThat(query.after(query.start(), late, 9).insights())
          .extracting(Found::seq)
          .containsExactly(3L);
    }
  }
}
