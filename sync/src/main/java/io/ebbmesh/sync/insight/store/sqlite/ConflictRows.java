package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Compares blocks that came again with what is stored, insight by insight: the bytes of a block say
 * nothing, since neighbours are merged. What contradicts is kept as it came, beside the damaged
 * blocks, and counts as nothing.
 */
final class ConflictRows implements AutoCloseable {

  /** Contradicting blocks that are kept of one lane; of further ones only the log tells. */
  static final int MAX_KEPT = 1_000;

  private static final String STORED =
      """
      SELECT i.seq, i.kind, s.value, m.value, t.value, d.value, i.observed_nanos, i.score,
        i.numbers, o.name, i.position
      FROM insight i
      JOIN text s ON s.id = i.stream_id
      JOIN text m ON m.id = i.model_id
      JOIN text t ON t.id = i.label_id
      JOIN text d ON d.id = i.decided_by_id
      LEFT JOIN source o ON o.id = i.source_id
      WHERE i.lane_id = ? AND i.seq BETWEEN ? AND ?
      """;

  /** The same block again is kept once. */
  private static final String KEEP =
      """
      INSERT INTO quarantine (lane_id, first_seq, last_seq, counted, problem, bytes,
        arrived_wall_millis)
      SELECT ?1, ?2, ?3, '', ?4, ?5, ?7
      WHERE (SELECT count(*) FROM quarantine WHERE lane_id = ?1 AND counted = '') < ?6
        AND NOT EXISTS (
          SELECT 1 FROM quarantine
          WHERE lane_id = ?1 AND first_seq = ?2 AND last_seq = ?3 AND bytes = ?5)
      """;

  private final LongSupplier wallMillis;
  private final PreparedStatement stored;
  private final PreparedStatement keep;

  ConflictRows(Connection connection, LongSupplier wallMillis) throws SQLException {
    this.wallMillis = wallMillis;
    stored = connection.prepareStatement(STORED);
    keep = connection.prepareStatement(KEEP);
  }

  /**
   * Numbers under which another insight is stored than the block has; those that were lost or
   * quarantined have none.
   *
   * @param known which of the block's numbers are held
   */
  SeqRanges find(long lane, StoreBlock block, SeqRanges known) throws SQLException {
    List<SeqRange> found = new ArrayList<>();
    for (SeqRange range : known.ranges()) {
      stored.setLong(1, lane);
      stored.setLong(2, range.first());
      stored.setLong(3, range.last());
      try (ResultSet rows = stored.executeQuery()) {
        while (rows.next()) {
          long seq = rows.getLong(1);
          Insight came = block.insights().get(Math.toIntExact(seq - block.seqs().first()));
          if (!Arrays.equals(InsightCodec.encode(came), InsightCodec.encode(insight(rows)))) {
            found.add(new SeqRange(seq, seq));
          }
        }
      }
    }
    SeqRanges conflicts = SeqRanges.of(found);
    if (!conflicts.isEmpty()) {
      keep(lane, block, conflicts);
    }
    return conflicts;
  }

  private void keep(long lane, StoreBlock block, SeqRanges conflicts) throws SQLException {
    keep.setLong(1, lane);
    keep.setLong(2, block.seqs().first());
    keep.setLong(3, block.seqs().last());
    keep.setString(4, "other insights are stored under " + RangeText.format(conflicts));
    keep.setBytes(5, block.bytes());
    keep.setInt(6, MAX_KEPT);
    keep.setLong(7, wallMillis.getAsLong());
    keep.executeUpdate();
  }

  private static Insight insight(ResultSet row) throws SQLException {
    String source = row.getString(10);
    return new Insight(
        InsightKind.ofCode(row.getInt(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getLong(7),
        (float) row.getDouble(8),
        StoredRows.numbers(row.getBytes(9)),
        source == null ? null : new SourcePosition(source, row.getLong(11)));
  }

  @Override
  public void close() throws SQLException {
    stored.close();
    keep.close();
  }
}
