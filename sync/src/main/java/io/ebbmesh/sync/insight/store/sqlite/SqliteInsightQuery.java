package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.store.InsightQuery;
import io.ebbmesh.sync.insight.store.ReadPosition;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * {@link InsightQuery} on the file of a hub that runs or is stopped, through a connection that only
 * reads. Each answer is a transaction of its own and short: one that stays open keeps the writer
 * from using its log again.
 */
public final class SqliteInsightQuery implements InsightQuery {

  /** Blocks that one answer in the order of arrival looks at. */
  private static final long BLOCKS_A_PAGE = 20_000;

  private static final int WALL_COLUMN = StoredRows.COLUMN_COUNT + 3;

  private final StoreFile file;
  private final long store;
  private StoreFile.@Nullable Reading reading;

  private SqliteInsightQuery(StoreFile file) {
    this.file = file;
    this.store = inTransaction(SqliteInsightQuery::storeId);
  }

  /**
   * @throws StoreException if there is no store that this program can read
   */
  public static SqliteInsightQuery open(Path path) {
    return new SqliteInsightQuery(new StoreFile(path));
  }

  @Override
  public ReadPosition start() {
    return new ReadPosition(store, 0, 0);
  }

  @Override
  public ReadPosition end() {
    return new ReadPosition(store, inTransaction(SqliteInsightQuery::lastBlock), Long.MAX_VALUE);
  }

  @Override
  public Page after(ReadPosition position, Filter filter, int limit) {
    checkLimit(limit);
    return inTransaction(
        connection -> {
          if (position.store() != store || storeId(connection) != store) {
            throw new StoreException(
                file.path()
                    + ": position "
                    + position
                    + " is one of another store; begin anew without a position");
          }
          long end = lastBlock(connection);
          if (position.block() > end) {
            throw new StoreException(
                file.path()
                    + ": position "
                    + position
                    + " is ahead of the store, which was set back; begin anew without a position");
          }
          long last = Math.min(end, Math.max(position.block(), 0) + BLOCKS_A_PAGE);
          List<Found> found = new ArrayList<>();
          try (PreparedStatement query =
                  QuerySql.after(filter, position.block(), position.seq(), last, limit)
                      .prepare(connection);
              ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
              found.add(found(rows));
            }
          }
          boolean isFull = found.size() == limit;
          ReadPosition next =
              isFull
                  ? found.get(found.size() - 1).place()
                  : new ReadPosition(store, Math.max(last, position.block()), Long.MAX_VALUE);
          return new Page(found, next, !isFull && last == end);
        });
  }

  /**
   * Looks through blocks by their latest (or earliest) time until no further one can have an
   * insight that comes before those found: work and memory depend on the limit, not on the store.
   * Only the blocks of the span themselves are put in order.
   */
  @Override
  public List<Found> byTime(Filter filter, Order order, int limit) {
    checkLimit(limit);
    boolean newestFirst = order == Order.NEWEST_FIRST;
    Comparator<Found> byTime = Comparator.comparingLong(Found::wallMillis);
    Comparator<Found> wanted =
        (newestFirst ? byTime.reversed() : byTime)
            .thenComparingLong(each -> each.place().block())
            .thenComparingLong(Found::seq);
    return inTransaction(
        connection -> {
          PriorityQueue<Found> best = new PriorityQueue<>(wanted.reversed());
          try (PreparedStatement query = QuerySql.blocks(filter, newestFirst).prepare(connection);
              PreparedStatement one = QuerySql.inBlock(filter, newestFirst).prepare(connection);
              ResultSet blocks = query.executeQuery()) {
            while (blocks.next() && !isSettled(best, limit, blocks.getLong(2), newestFirst)) {
              one.setLong(1, blocks.getLong(1));
              one.setLong(2, bound(best, limit, newestFirst));
              addBlock(one, limit, best);
            }
          }
          List<Found> found = new ArrayList<>(best);
          found.sort(wanted);
          return Collections.unmodifiableList(found);
        });
  }

  private static boolean isSettled(
      PriorityQueue<Found> best, int limit, long edge, boolean newestFirst) {
    Found last = best.peek();
    return last != null
        && best.size() == limit
        && (newestFirst ? last.wallMillis() > edge : last.wallMillis() < edge);
  }

  /** A row beyond this time comes after all that were found. */
  private static long bound(PriorityQueue<Found> best, int limit, boolean newestFirst) {
    Found last = best.peek();
    if (last != null && best.size() == limit) {
      return last.wallMillis();
    }
    return newestFirst ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private void addBlock(PreparedStatement query, int limit, PriorityQueue<Found> best)
      throws SQLException {
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        best.add(found(rows));
        if (best.size() > limit) {
          best.remove();
        }
      }
    }
  }

  private Found found(ResultSet rows) throws SQLException {
    StoredInsight stored = StoredRows.row(rows);
    boolean corrected = rows.getBoolean(WALL_COLUMN + 1);
    return new Found(
        new ReadPosition(store, rows.getLong(WALL_COLUMN - 1), stored.seq()),
        new NodeId(rows.getString(WALL_COLUMN - 2)),
        stored.incarnation(),
        stored.lane(),
        stored.seq(),
        stored.insight(),
        rows.getLong(WALL_COLUMN),
        corrected,
        corrected ? ClockQuality.SYNCHRONISED : ClockQuality.ofCode(rows.getInt(WALL_COLUMN + 2)),
        rows.getBoolean(WALL_COLUMN + 3));
  }

  private static void checkLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", not " + limit);
    }
  }

  private static long storeId(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM store")) {
      rows.next();
      return ByteBuffer.wrap(rows.getBytes(1)).getLong();
    }
  }

  private static long lastBlock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT coalesce(max(id), 0) FROM block")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T inTransaction(Work<T> work) {
    try {
      Connection connection = connection();
      try (Statement control = connection.createStatement()) {
        control.execute("BEGIN");
        try {
          return work.on(connection);
        } finally {
          control.execute("COMMIT");
        }
      }
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /** Opens the file again where a connection would not see what a hub does to it from now on. */
  private Connection connection() throws SQLException {
    StoreFile.Reading open = reading;
    if (open == null || !open.isCurrent()) {
      close();
      open = file.startReading();
      reading = open;
    }
    return open.connection();
  }

  @Override
  public void close() {
    StoreFile.Reading open = reading;
    reading = null;
    if (open != null) {
      try {
        open.connection().close();
      } catch (SQLException e) {
        throw file.problem(e);
      }
    }
  }
}
