package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes the insights that arrived first, a block at a time, inside the caller's transaction. What
 * is deleted stays held and stored in the books, as {@code expired}; the space is used again. The
 * block that arrived last stays: its number must not be given again.
 */
final class ExpiredRows implements AutoCloseable {

  /** The block that arrived first, but for the last. */
  private static final String OLDEST =
      """
      SELECT id, lane_id, first_seq, last_seq, arrived_wall_millis, sources_listed FROM block
      WHERE id < (SELECT max(id) FROM block) ORDER BY id LIMIT 1
      """;

  private static final String ROWS =
      " FROM insight WHERE lane_id = ? AND seq BETWEEN ? AND ? AND block_id = ?";

  private final ForgottenPositions forgotten;
  private final PreparedStatement oldest;
  private final PreparedStatement seqs;
  private final PreparedStatement deleteTexts;
  private final PreparedStatement deleteRows;
  private final PreparedStatement deleteBlock;
  private final PreparedStatement readExpired;
  private final PreparedStatement moveExpired;
  private final Statement pragmas;

  ExpiredRows(Connection connection, ForgottenPositions forgotten) throws SQLException {
    this.forgotten = forgotten;
    oldest = connection.prepareStatement(OLDEST);
    seqs = connection.prepareStatement("SELECT seq" + ROWS + " ORDER BY seq");
    deleteTexts =
        connection.prepareStatement(
            "DELETE FROM block_text WHERE block_id = ?1 AND text_id IN (SELECT stream_id"
                + rows("?2", "?3", "?4")
                + " UNION SELECT label_id"
                + rows("?2", "?3", "?4")
                + ")");
    deleteRows = connection.prepareStatement("DELETE" + ROWS);
    deleteBlock = connection.prepareStatement("DELETE FROM block WHERE id = ?");
    readExpired = connection.prepareStatement("SELECT expired FROM lane WHERE id = ?");
    moveExpired = connection.prepareStatement("UPDATE lane SET expired = ? WHERE id = ?");
    pragmas = connection.createStatement();
  }

  private static String rows(String lane, String first, String last) {
    return " FROM insight WHERE lane_id = %s AND seq BETWEEN %s AND %s AND block_id = ?1"
        .formatted(lane, first, last);
  }

  /**
   * Deletes until the limits hold or enough is deleted.
   *
   * @return rows deleted; less than {@code maxRows} if the limits hold now
   */
  int delete(Retention retention, long nowMillis, int maxRows) throws SQLException {
    int deleted = 0;
    while (deleted < maxRows) {
      try (ResultSet block = oldest.executeQuery()) {
        if (!block.next() || !isDue(retention, nowMillis, block.getLong(5))) {
          return deleted;
        }
        if (block.getBoolean(6)) {
          forgotten.remove(block.getLong(1), block.getLong(2), block.getLong(3), block.getLong(4));
        }
        deleted +=
            delete(
                block.getLong(1),
                block.getLong(2),
                new SeqRange(block.getLong(3), block.getLong(4)));
      }
    }
    return deleted;
  }

  private boolean isDue(Retention retention, long nowMillis, long arrivedMillis)
      throws SQLException {
    boolean isOld =
        retention.maxAgeMillis() > 0 && nowMillis - arrivedMillis > retention.maxAgeMillis();
    return isOld || (retention.maxBytes() > 0 && usedBytes() > retention.maxBytes());
  }

  /** When the newest block arrived; 0 if there is none. */
  static long newestArrivalMillis(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet newest =
            query.executeQuery("SELECT arrived_wall_millis FROM block ORDER BY id DESC LIMIT 1")) {
      return newest.next() ? newest.getLong(1) : 0;
    }
  }

  /** Bytes of the pages that hold something. */
  long usedBytes() throws SQLException {
    return (number("page_count") - number("freelist_count")) * number("page_size");
  }

  private long number(String pragma) throws SQLException {
    try (ResultSet rows = pragmas.executeQuery("PRAGMA " + pragma)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private int delete(long block, long lane, SeqRange range) throws SQLException {
    List<SeqRange> found = new ArrayList<>();
    bind(seqs, lane, range.first(), range.last(), block);
    try (ResultSet rows = seqs.executeQuery()) {
      while (rows.next()) {
        add(found, rows.getLong(1));
      }
    }
    bind(deleteTexts, block, lane, range.first(), range.last());
    deleteTexts.executeUpdate();
    bind(deleteRows, lane, range.first(), range.last(), block);
    int deleted = deleteRows.executeUpdate();
    bind(deleteBlock, block);
    deleteBlock.executeUpdate();
    expire(lane, found);
    // A block without rows costs work, too.
    return Math.max(1, deleted);
  }

  private static void add(List<SeqRange> found, long seq) {
    int end = found.size() - 1;
    if (end >= 0 && found.get(end).last() == seq - 1) {
      found.set(end, new SeqRange(found.get(end).first(), seq));
    } else {
      found.add(new SeqRange(seq, seq));
    }
  }

  private void expire(long lane, List<SeqRange> found) throws SQLException {
    bind(readExpired, lane);
    SeqRanges expired;
    try (ResultSet rows = readExpired.executeQuery()) {
      rows.next();
      expired = RangeText.parse(rows.getString(1));
    }
    moveExpired.setString(1, RangeText.format(expired.plus(SeqRanges.of(found))));
    moveExpired.setLong(2, lane);
    moveExpired.executeUpdate();
  }

  private static void bind(PreparedStatement statement, long... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setLong(i + 1, values[i]);
    }
  }

  @Override
  public void close() throws SQLException {
    oldest.close();
    seqs.close();
    deleteTexts.close();
    deleteRows.close();
    deleteBlock.close();
    readExpired.close();
    moveExpired.close();
    pragmas.close();
  }
}
