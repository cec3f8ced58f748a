package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one node as insights again, one at a time. */
final class StoredRows {

  /** What {@link #row} reads, first in the list of a query. */
  static final String COLUMNS =
      "c.uuid, l.lane, i.seq, k.first_seq, i.kind, s.value, m.value, t.value, d.value,"
          + " i.observed_nanos, i.score, i.numbers, o.name, i.position";

  /** How many these are. */
  static final int COLUMN_COUNT = 14;

  private static final String ROWS =
      """
      SELECT %s
      FROM insight i
      JOIN lane l ON l.id = i.lane_id
      JOIN incarnation c ON c.id = l.incarnation_id
      JOIN node n ON n.id = c.node_id
      JOIN block k ON k.id = i.block_id
      JOIN text s ON s.id = i.stream_id
      JOIN text m ON m.id = i.model_id
      JOIN text t ON t.id = i.label_id
      JOIN text d ON d.id = i.decided_by_id
      LEFT JOIN source o ON o.id = i.source_id
      WHERE n.name = ?
      ORDER BY c.id, l.lane, i.seq
      """
          .formatted(COLUMNS);

  private StoredRows() {}

  static void read(Connection connection, NodeId node, Consumer<StoredInsight> each)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(ROWS)) {
      query.setString(1, node.value());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          each.accept(row(rows));
        }
      }
    }
  }

  static StoredInsight row(ResultSet rows) throws SQLException {
    ByteBuffer uuid = ByteBuffer.wrap(rows.getBytes(1));
    String source = rows.getString(13);
    Insight insight =
        new Insight(
            InsightKind.ofCode(rows.getInt(5)),
            rows.getString(6),
            rows.getString(7),
            rows.getString(8),
            rows.getString(9),
            rows.getLong(10),
            (float) rows.getDouble(11),
            numbers(rows.getBytes(12)),
            source == null ? null : new SourcePosition(source, rows.getLong(14)));
    return new StoredInsight(
        new Incarnation(new UUID(uuid.getLong(), uuid.getLong())),
        Lane.ofCode(rows.getInt(2)),
        rows.getLong(3),
        rows.getLong(4),
        insight);
  }

  static float[] numbers(byte @Nullable [] bytes) {
    if (bytes == null) {
      return new float[0];
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
