package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Writes the row of a block and what finds it: its span of time, its streams and its labels. */
final class BlockRows implements AutoCloseable {

  private final Ids ids;
  private final PreparedStatement insert;
  private final PreparedStatement insertText;
  private final PreparedStatement lastRowId;

  BlockRows(Connection connection, Ids ids) throws SQLException {
    this.ids = ids;
    insert =
        connection.prepareStatement(
            "INSERT INTO block (lane_id, first_seq, last_seq, digest, boot_id, monotonic_nanos,"
                + " wall_millis, quality, first_observed_nanos, last_observed_nanos,"
                + " arrived_wall_millis, backfilled) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");
    insertText = connection.prepareStatement("INSERT INTO block_text VALUES (?, ?)");
    lastRowId = connection.prepareStatement("SELECT last_insert_rowid()");
  }

  /**
   * Returns the number of the block.
   *
   * @param stored which of its insights get a row
   */
  long write(long lane, StoreBlock block, SeqRanges stored, long arrivedWallMillis)
      throws SQLException {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    Set<String> texts = new LinkedHashSet<>();
    for (SeqRange range : stored.ranges()) {
      for (long seq = range.first(); seq <= range.last(); seq++) {
        Insight insight = block.insights().get(Math.toIntExact(seq - block.seqs().first()));
        first = Math.min(first, insight.observedNanos());
        last = Math.max(last, insight.observedNanos());
        texts.add(insight.stream());
        texts.add(insight.label());
      }
    }
    insert.setLong(1, lane);
    insert.setLong(2, block.seqs().first());
    insert.setLong(3, block.seqs().last());
    insert.setBytes(4, block.digest().bytes());
    insert.setLong(5, ids.boot(block.lane().node(), block.base().bootId()));
    insert.setLong(6, block.base().monotonicNanos());
    insert.setLong(7, block.base().wallMillis());
    insert.setInt(8, block.base().quality().code());
    insert.setLong(9, first);
    insert.setLong(10, last);
    insert.setLong(11, arrivedWallMillis);
    insert.setBoolean(12, block.backfilled());
    insert.executeUpdate();
    long id;
    try (ResultSet rows = lastRowId.executeQuery()) {
      rows.next();
      id = rows.getLong(1);
    }
    for (String text : texts) {
      insertText.setLong(1, ids.text(text));
      insertText.setLong(2, id);
      insertText.executeUpdate();
    }
    return id;
  }

  @Override
  public void close() throws SQLException {
    insert.close();
    insertText.close();
    lastRowId.close();
  }
}
