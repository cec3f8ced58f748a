package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements of a filter. Each finds blocks first and then looks through their rows; the order
 * of the joins is written down ({@code CROSS JOIN}), since there are no statistics to choose it by.
 */
final class QuerySql {

  /** A statement and what it is bound to. */
  static final class Bound {
    private final StringBuilder text = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    Bound add(String part, Object... bound) {
      text.append(part).append('\n');
      values.addAll(List.of(bound));
      return this;
    }

    PreparedStatement prepare(java.sql.Connection connection) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(text.toString());
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      return statement;
    }
  }

  /**
   * Best known wall time of a time of the boot's clock, as the view {@code insight_time} has it.
   */
  private static final String WALL =
      """
      (CASE WHEN b.hub_wall_millis IS NULL
        THEN k.wall_millis
          + (%1$s - k.monotonic_nanos - 999999 * (%1$s < k.monotonic_nanos)) / 1000000
        ELSE b.hub_wall_millis
          + (%1$s - b.monotonic_nanos - 999999 * (%1$s < b.monotonic_nanos)) / 1000000
      END)""";

  private static final String OBSERVED = WALL.formatted("i.observed_nanos");
  private static final String BLOCK_FIRST = WALL.formatted("k.first_observed_nanos");
  private static final String BLOCK_LAST = WALL.formatted("k.last_observed_nanos");

  private static final String ROWS =
      """
      CROSS JOIN lane l ON l.id = k.lane_id
      CROSS JOIN incarnation c ON c.id = l.incarnation_id
      CROSS JOIN node n ON n.id = c.node_id
      CROSS JOIN boot b ON b.id = k.boot_id
      CROSS JOIN insight i ON i.lane_id = k.lane_id
        AND i.seq BETWEEN k.first_seq AND k.last_seq AND i.block_id = k.id
      CROSS JOIN text s ON s.id = i.stream_id
      CROSS JOIN text m ON m.id = i.model_id
      CROSS JOIN text t ON t.id = i.label_id
      CROSS JOIN text d ON d.id = i.decided_by_id
      LEFT JOIN source o ON o.id = i.source_id""";

  private static final String FOUND =
      "SELECT "
          + StoredRows.COLUMNS
          + ", n.name, k.id, "
          + OBSERVED
          + " AS wall, b.hub_wall_millis IS NOT NULL, k.quality, k.backfilled";

  private QuerySql() {}

  /** Rows after (block, seq) and up to {@code lastBlock}, in that order. */
  static Bound after(Filter filter, long block, long seq, long lastBlock, int limit) {
    Bound sql = new Bound().add(FOUND);
    if (text(filter).isEmpty()) {
      sql.add("FROM block k");
    } else {
      sql.add("FROM block_text w CROSS JOIN block k ON k.id = w.block_id");
    }
    sql.add(ROWS);
    if (text(filter).isEmpty()) {
      sql.add("WHERE k.id BETWEEN ? AND ?", block, lastBlock);
    } else {
      sql.add("WHERE w.text_id = (SELECT id FROM text WHERE value = ?)", text(filter));
      sql.add("AND w.block_id BETWEEN ? AND ?", block, lastBlock);
    }
    sql.add("AND (k.id > ? OR i.seq > ?)", block, seq);
    rowsOf(filter, blocksOf(filter, sql));
    return sql.add("ORDER BY k.id, i.seq LIMIT ?", limit);
  }

  /**
   * The rows of one block, in no order, that are not behind a time. To be bound again for each: 1
   * is the block, 2 the time.
   */
  static Bound inBlock(Filter filter, boolean newestFirst) {
    Bound sql = new Bound().add(FOUND).add("FROM block k").add(ROWS).add("WHERE k.id = ?", 0L);
    // Told here and not to the sorter: what is behind is skipped before its texts are looked up.
    return rowsOf(filter, sql.add("AND " + OBSERVED + (newestFirst ? " >= ?" : " <= ?"), 0L));
  }

  /** Blocks that may have such rows, with their first and last time, by the one that counts. */
  static Bound blocks(Filter filter, boolean newestFirst) {
    Bound sql =
        new Bound().add("SELECT k.id, " + (newestFirst ? BLOCK_LAST : BLOCK_FIRST) + " AS edge");
    if (!text(filter).isEmpty()) {
      sql.add("FROM block_text w CROSS JOIN block k ON k.id = w.block_id")
          .add("CROSS JOIN boot b ON b.id = k.boot_id")
          .add("WHERE w.text_id = (SELECT id FROM text WHERE value = ?)", text(filter));
    } else {
      // What was observed before the span is skipped by the index, if the boot's time is known.
      sql.add("FROM boot b CROSS JOIN block k ON k.boot_id = b.id AND k.last_observed_nanos >=")
          .add("CASE WHEN b.hub_wall_millis IS NULL THEN -9223372036854775808")
          .add("ELSE b.monotonic_nanos + (? - b.hub_wall_millis) * 1000000 END", from(filter))
          .add("WHERE 1");
    }
    blocksOf(filter, sql);
    return sql.add("ORDER BY edge " + (newestFirst ? "DESC" : "ASC"));
  }

  private static Bound blocksOf(Filter filter, Bound sql) {
    if (filter.node() != null) {
      sql.add("AND b.node_id = (SELECT id FROM node WHERE name = ?)", filter.node().value());
    }
    if (filter.liveOnly()) {
      sql.add("AND k.backfilled = 0");
    }
    if (filter.lane() != null) {
      sql.add("AND k.lane_id IN (SELECT id FROM lane WHERE lane = ?)", filter.lane().code());
    }
    if (filter.fromMillis() != Long.MIN_VALUE) {
      sql.add("AND " + BLOCK_LAST + " >= ?", from(filter));
    }
    if (filter.toMillis() != Long.MAX_VALUE) {
      sql.add("AND " + BLOCK_FIRST + " < ?", filter.toMillis());
    }
    return sql;
  }

  private static Bound rowsOf(Filter filter, Bound sql) {
    if (filter.stream() != null) {
      sql.add("AND s.value = ?", filter.stream());
    }
    if (filter.label() != null) {
      sql.add("AND t.value = ?", filter.label());
    }
    if (filter.kind() != null) {
      sql.add("AND i.kind = ?", filter.kind().code());
    }
    if (filter.fromMillis() != Long.MIN_VALUE) {
      sql.add("AND " + OBSERVED + " >= ?", from(filter));
    }
    if (filter.toMillis() != Long.MAX_VALUE) {
      sql.add("AND " + OBSERVED + " < ?", filter.toMillis());
    }
    return sql;
  }

  /**
   * The text that the index looks for; the rarer a text, the more it helps, and streams are rare.
   */
  private static String text(Filter filter) {
    if (filter.stream() != null && !filter.stream().isEmpty()) {
      return filter.stream();
    }
    return filter.label() == null ? "" : filter.label();
  }

  /** Far below any time, where a product with nanoseconds is still a number. */
  private static long from(Filter filter) {
    return Math.max(filter.fromMillis(), -1_000_000_000_000_000L);
  }
}
