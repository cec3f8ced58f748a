package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the blocks that are not stored as they came, inside the caller's transaction. Their bytes
 * are bounded: the oldest give theirs up for new ones, and stay in the books with all that is known
 * of them.
 */
final class QuarantineRows implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QuarantineRows.class);

  /** Contradicting blocks that are kept of one lane; of further ones only the log tells. */
  static final int MAX_CONTRADICTING = 1_000;

  /**
   * Bytes beside those that came which one transaction gives up for a block, in a store that was
   * over its limit before.
   */
  private static final long STEP_BYTES = 64L << 20;

  private static final String KEEP =
      """
      INSERT INTO quarantine (lane_id, first_seq, last_seq, counted, problem, bytes,
        arrived_wall_millis)
      VALUES (?,?,?,?,?,?,?)
      """;

  /** The same block again is kept once. */
  private static final String MAY_CONTRADICT =
      """
      SELECT (SELECT count(*) FROM quarantine WHERE lane_id = ?1 AND counted = '') < ?2
        AND NOT EXISTS (
          SELECT 1 FROM quarantine
          WHERE lane_id = ?1 AND first_seq = ?3 AND last_seq = ?4 AND (bytes = ?5 OR digest = ?6))
      """;

  private static final String OLDEST =
      "SELECT id, bytes FROM quarantine WHERE given_up_bytes IS NULL ORDER BY id LIMIT 1";

  private static final String GIVE_UP =
      "UPDATE quarantine SET bytes = x'', given_up_bytes = ?, digest = ? WHERE id = ?";

  private final long maxBytes;
  private final LongSupplier wallMillis;
  private final PreparedStatement keep;
  private final PreparedStatement mayContradict;
  private final PreparedStatement total;
  private final PreparedStatement oldest;
  private final PreparedStatement giveUp;
  private long givenUp;
  private long takenGivenUp;
  private long nextTold = 1;

  /**
   * @param maxBytes of all blocks together
   * @param wallMillis the hub's clock
   */
  QuarantineRows(Connection connection, long maxBytes, LongSupplier wallMillis)
      throws SQLException {
    this.maxBytes = maxBytes;
    this.wallMillis = wallMillis;
    keep = connection.prepareStatement(KEEP);
    mayContradict = connection.prepareStatement(MAY_CONTRADICT);
    total = connection.prepareStatement("SELECT quarantine_bytes FROM store");
    oldest = connection.prepareStatement(OLDEST);
    giveUp = connection.prepareStatement(GIVE_UP);
  }

  /**
   * Keeps a block.
   *
   * @param counted which of its numbers count as quarantined
   */
  void keep(long lane, SeqRange seqs, SeqRanges counted, String problem, byte[] bytes)
      throws SQLException {
    keep.setLong(1, lane);
    keep.setLong(2, seqs.first());
    keep.setLong(3, seqs.last());
    keep.setString(4, RangeText.format(counted));
    keep.setString(5, problem);
    keep.setBytes(6, bytes);
    keep.setLong(7, wallMillis.getAsLong());
    keep.executeUpdate();
    makeRoom(bytes.length);
  }

  /** Keeps a block that counts as nothing, unless it is kept or the lane has too many of them. */
  void keepContradicting(long lane, SeqRange seqs, String problem, byte[] bytes)
      throws SQLException {
    mayContradict.setLong(1, lane);
    mayContradict.setInt(2, MAX_CONTRADICTING);
    mayContradict.setLong(3, seqs.first());
    mayContradict.setLong(4, seqs.last());
    mayContradict.setBytes(5, bytes);
    mayContradict.setBytes(6, Digest.of(bytes).bytes());
    boolean isNews;
    try (ResultSet row = mayContradict.executeQuery()) {
      isNews = row.next() && row.getBoolean(1);
    }
    if (isNews) {
      keep(lane, seqs, SeqRanges.EMPTY, problem, bytes);
    }
  }

  /** How many blocks gave up their bytes since this was asked last; after a commit. */
  long takeGivenUp() {
    long news = givenUp - takenGivenUp;
    takenGivenUp = givenUp;
    return news;
  }

  private void makeRoom(long came) throws SQLException {
    long over = kept() - maxBytes;
    long freed = 0;
    while (freed < over && freed < came + STEP_BYTES) {
      long id;
      byte[] bytes;
      try (ResultSet row = oldest.executeQuery()) {
        if (!row.next()) {
          return;
        }
        id = row.getLong(1);
        bytes = row.getBytes(2);
      }
      giveUp.setLong(1, bytes.length);
      giveUp.setBytes(2, Digest.of(bytes).bytes());
      giveUp.setLong(3, id);
      giveUp.executeUpdate();
      freed += bytes.length;
      givenUp++;
    }
    tell();
  }

  /** A disk that breaks every block must not fill the log either. */
  private void tell() {
    if (givenUp >= nextTold) {
      nextTold = 2 * givenUp;
      LOG.warn(
          "the blocks in quarantine have more than {} bytes, the limit"
              + " ebbmesh.sync.hub-store.quarantine.max-size: {} of the oldest gave up theirs since"
              + " the opening and can no longer be ingested again; 'ebbmesh quarantine list' names"
              + " them",
          maxBytes,
          givenUp);
    }
  }

  private long kept() throws SQLException {
    try (ResultSet row = total.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    keep.close();
    mayContradict.close();
    total.close();
    oldest.close();
    giveUp.close();
  }
}
