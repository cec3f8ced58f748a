package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that a hub keeps because they arrived damaged: lists them, and ingests again what this
 * program can decode, beside a hub that runs or is stopped. A cursor's {@code held} never changes
 * here, so that what a running hub expects stays true. One thread at a time.
 */
public final class QuarantineDesk implements AutoCloseable {

  /**
   * One kept block.
   *
   * @param counted which of its numbers count as quarantined; the hub held the others when it came
   * @param problem why it was not stored
   * @param bytes length, as it came
   * @param givenUpDigest SHA-256 of its bytes if they were given up for newer blocks; else null
   * @param arrivedWallMillis hub's clock, milliseconds since 1970; 0 if it was not recorded
   */
  public record Entry(
      long id,
      LaneKey lane,
      SeqRange seqs,
      SeqRanges counted,
      String problem,
      long bytes,
      @Nullable Digest givenUpDigest,
      long arrivedWallMillis) {

    /** Whether its bytes are kept no longer: it can neither be ingested again nor exported. */
    public boolean isGivenUp() {
      return givenUpDigest != null;
    }
  }

  /**
   * What became of a retry.
   *
   * @param stored insights that were stored; not those whose readings were stored meanwhile, since
   *     their source repeated them
   * @param problem why it stays in quarantine; null if it left
   */
  public record Retried(Entry entry, long stored, @Nullable String problem) {}

  private static final String ENTRIES =
      """
      SELECT q.id, n.name, c.uuid, l.lane, q.first_seq, q.last_seq, q.counted, q.problem,
        coalesce(q.given_up_bytes, length(q.bytes)), q.digest, q.arrived_wall_millis, q.lane_id,
        l.quarantined
      FROM quarantine q
      JOIN lane l ON l.id = q.lane_id
      JOIN incarnation c ON c.id = l.incarnation_id
      JOIN node n ON n.id = c.node_id
      """;

  private static final String GIVEN_UP =
      "its bytes were given up for newer blocks, since all together had more than"
          + " ebbmesh.sync.hub-store.quarantine.max-size; its numbers stay quarantined";

  private static final int LANE_ID = 12;
  private static final int LANE_QUARANTINED = 13;

  private final StoreFile file;
  private final Connection connection;
  private final long maxKnownRuns;

  /** As that of a hub which opens the store now: what comes out of quarantine arrives by it. */
  private final ArrivalClock arrivals;

  private QuarantineDesk(
      StoreFile file, Connection connection, long maxKnownRuns, ArrivalClock arrivals) {
    this.file = file;
    this.connection = connection;
    this.maxKnownRuns = maxKnownRuns;
    this.arrivals = arrivals;
  }

  /**
   * @param retention how far the clock is believed
   * @param wallMillis the hub's clock, milliseconds since 1970
   * @throws StoreException if there is no store that this program can write
   */
  public static QuarantineDesk open(
      Path path, SqliteSettings settings, Retention retention, LongSupplier wallMillis) {
    StoreFile file = new StoreFile(path);
    try {
      // Finds out whether it is a store of this schema before anything opens it for writing.
      file.openForReading().close();
      ArrivalClock arrivals = new ArrivalClock(retention, wallMillis, System::nanoTime);
      Connection connection = file.openForWriting(settings);
      try {
        arrivals.open(ExpiredRows.newestArrivalMillis(connection));
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      return new QuarantineDesk(file, connection, settings.maxKnownRuns(), arrivals);
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /** All kept blocks, oldest first. */
  public List<Entry> list() {
    try (PreparedStatement query = connection.prepareStatement(ENTRIES + "ORDER BY q.id");
        ResultSet rows = query.executeQuery()) {
      List<Entry> entries = new ArrayList<>();
      while (rows.next()) {
        entries.add(entry(rows));
      }
      return entries;
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /**
   * The bytes of a kept block as they arrived.
   *
   * @throws StoreException also if they were given up
   */
  public byte[] bytes(long id) {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT bytes, digest FROM quarantine WHERE id = ?")) {
      query.setLong(1, id);
      try (ResultSet rows = query.executeQuery()) {
        if (!rows.next()) {
          throw gone(id);
        }
        if (rows.getBytes(2) != null) {
          throw new StoreException(file.path() + ": entry " + id + " of quarantine: " + GIVEN_UP);
        }
        return rows.getBytes(1);
      }
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /**
   * Decodes a kept block again and moves what counts of it from quarantined to stored, in one
   * transaction.
   */
  public Retried retry(long id) {
    try (Statement control = connection.createStatement()) {
      control.execute("BEGIN IMMEDIATE");
      try {
        Retried retried = inTransaction(id);
        control.execute(retried.problem() == null ? "COMMIT" : "ROLLBACK");
        return retried;
      } catch (SQLException | RuntimeException e) {
        control.execute("ROLLBACK");
        throw e;
      }
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  private Retried inTransaction(long id) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(ENTRIES + "WHERE q.id = ?")) {
      query.setLong(1, id);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw gone(id);
        }
        Entry entry = entry(row);
        long lane = row.getLong(LANE_ID);
        SeqRanges quarantined = RangeText.parse(row.getString(LANE_QUARANTINED));
        if (entry.counted().isEmpty()) {
          return new Retried(
              entry, 0, "the hub holds other insights under its numbers, and they stay");
        }
        if (entry.isGivenUp()) {
          return new Retried(entry, 0, GIVEN_UP);
        }
        if (!entry.counted().minus(quarantined).isEmpty()) {
          return new Retried(entry, 0, "the books do not have its numbers as quarantined");
        }
        return retry(entry, lane, quarantined, bytes(id));
      }
    }
  }

  private Retried retry(Entry entry, long lane, SeqRanges quarantined, byte[] bytes)
      throws SQLException {
    long stored;
    try {
      Block block = BlockDecoder.parse(bytes);
      // Of a block over a fork point each incarnation has a part, with the bytes of the whole one.
      if (block.header().lane() != entry.lane().lane()
          || !entry.counted().minus(block.header().seqs()).isEmpty()) {
        String says = block.header().lane().id() + " " + block.header().seqs();
        return new Retried(entry, 0, "its header says " + says);
      }
      stored = store(entry, lane, block);
    } catch (BlockException e) {
      return new Retried(entry, 0, e.getMessage() + " (" + e.reason() + ")");
    }
    leave(entry, lane, quarantined);
    return new Retried(entry, stored, null);
  }

  private long store(Entry entry, long lane, Block block) throws SQLException, BlockException {
    SeqRange whole = block.header().seqs();
    long first = Math.max(whole.first(), entry.seqs().first());
    long last = Math.min(whole.last(), entry.seqs().last());
    List<Insight> insights =
        BlockDecoder.decode(block)
            .subList(
                Math.toIntExact(first - whole.first()), Math.toIntExact(last + 1 - whole.first()));
    try (Ids ids = new Ids(connection, insights.size() * 4);
        ForgottenPositions forgotten = new ForgottenPositions(connection, ids, maxKnownRuns);
        RepeatedRows repeating = new RepeatedRows(connection, ids, forgotten)) {
      StoreBlock stored =
          new StoreBlock(
              entry.lane(),
              SeqRanges.EMPTY,
              new SeqRange(first, last),
              block.header().base(),
              block.digest(),
              insights);
      boolean parted = forgotten.nodeOfParted(lane) != 0;
      if (parted) {
        forgotten.catchUp(entry.lane().node());
      }
      SeqRanges news = entry.counted().minus(repeating.take(lane, stored, entry.counted()));
      if (!news.isEmpty()) {
        write(ids, lane, stored, news);
      }
      if (parted) {
        // For the incarnation that is there now.
        forgotten.catchUp(entry.lane().node());
      }
      return news.count();
    }
  }

  private void write(Ids ids, long lane, StoreBlock block, SeqRanges news) throws SQLException {
    try (BlockRows blocks = new BlockRows(connection, ids);
        InsightRows rows = new InsightRows(connection, ids)) {
      long blockId = blocks.write(lane, block, news, arrivals.getAsLong());
      for (SeqRange range : news.ranges()) {
        rows.write(
            new InsightRows.Place(lane, blockId, range.first()),
            block.insights(),
            Math.toIntExact(range.first() - block.seqs().first()),
            Math.toIntExact(range.count()));
      }
    }
  }

  private void leave(Entry entry, long lane, SeqRanges quarantined) throws SQLException {
    try (PreparedStatement move =
            connection.prepareStatement(
                "UPDATE lane SET quarantined = ? WHERE id = ? AND quarantined = ?");
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM quarantine WHERE id = ?")) {
      move.setString(1, RangeText.format(quarantined.minus(entry.counted())));
      move.setLong(2, lane);
      move.setString(3, RangeText.format(quarantined));
      delete.setLong(1, entry.id());
      if (move.executeUpdate() != 1 || delete.executeUpdate() != 1) {
        throw new SQLException("quarantine of lane row " + lane + " changed in a transaction");
      }
    }
  }

  private static Entry entry(ResultSet row) throws SQLException {
    ByteBuffer uuid = ByteBuffer.wrap(row.getBytes(3));
    byte[] digest = row.getBytes(10);
    return new Entry(
        row.getLong(1),
        new LaneKey(
            new NodeId(row.getString(2)),
            new Incarnation(new UUID(uuid.getLong(), uuid.getLong())),
            Lane.ofCode(row.getInt(4))),
        new SeqRange(row.getLong(5), row.getLong(6)),
        RangeText.parse(row.getString(7)),
        row.getString(8),
        row.getLong(9),
        digest == null ? null : Digest.ofBytes(digest),
        row.getLong(11));
  }

  private StoreException gone(long id) {
    return new StoreException(
        file.path()
            + ": quarantine has no entry "
            + id
            + "; 'quarantine list' says which there are");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }
}
