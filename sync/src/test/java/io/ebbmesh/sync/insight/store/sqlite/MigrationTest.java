package io.ebbmesh.sync.insight.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import io.ebbmesh.sync.insight.store.InsightQuery.Found;
import io.ebbmesh.sync.insight.store.InsightQuery.Order;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {

  @TempDir Path directory;

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
