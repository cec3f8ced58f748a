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

/**
 * Compares blocks that came again with what is stored, insight by insight: the bytes of a block say
 * nothing, since neighbours are merged. What contradicts is kept as it came, beside the damaged
 * blocks, and counts as nothing.
 */
final class ConflictRows implements AutoCloseable {

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

  private final QuarantineRows quarantine;
  private final PreparedStatement stored;

  ConflictRows(Connection connection, QuarantineRows quarantine) throws SQLException {
    this.quarantine = quarantine;
    stored = connection.prepareStatement(STORED);
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
      quarantine.keepContradicting(
          lane,
          block.seqs(),
          "other insights are stored under " + RangeText.format(conflicts),
          block.bytes());
    }
    return conflicts;
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
  }
}
