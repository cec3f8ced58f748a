package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.time.ClockQuality;
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
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Reads a hub's store and changes nothing, also while a hub writes it; for {@code ebbmesh inspect}
 * and for book-keeping. Each call sees one moment. One thread at a time.
 */
public final class HubStoreReport implements AutoCloseable {

  /**
   * What is stored of one source of one node, all incarnations and lanes together.
   *
   * @param count rows
   * @param duplicates rows whose position another row already has
   * @param first lowest position
   * @param last highest position
   * @param outOfOrder rows whose position is not above that of the row before, within a lane
   */
  public record SourceReport(
      String source, long count, long duplicates, long first, long last, long outOfOrder) {}

  /**
   * When one insight was observed.
   *
   * @param source names the reading
   * @param wallMillis as corrected by the hub, milliseconds since 1970
   * @param quality of it
   * @param nodeWallMillis base of its block, as the node believed when it wrote it
   * @param nodeQuality of that
   */
  public record TimeReport(
      String source,
      long wallMillis,
      ClockQuality quality,
      long nodeWallMillis,
      ClockQuality nodeQuality) {}

  private static final String TIMES =
      """
      SELECT t.source, t.wall_millis, t.quality, k.wall_millis, k.quality
      FROM insight_time t
      JOIN source o ON o.name = t.source
      JOIN insight i ON i.source_id = o.id AND i.position = t.position
      JOIN block k ON k.id = i.block_id
      ORDER BY t.seq
      """;

  private static final String LANES =
      """
      SELECT n.name, c.uuid, l.lane, l.held, l.quarantined, l.declared_lost, l.loss_id,
        l.reported_head, l.expired, l.id,
        (SELECT count(*) FROM insight i WHERE i.lane_id = l.id),
        (SELECT count(*) FROM block b WHERE b.lane_id = l.id),
        c.id, c.closed_by IS NOT NULL, l.repeated
      FROM lane l
      JOIN incarnation c ON c.id = l.incarnation_id
      JOIN node n ON n.id = c.node_id
      ORDER BY n.name, c.id, l.lane
      """;

  private static final String LOSSES =
      """
      SELECT n.name, c.uuid, l.lane, o.loss_id, o.ranges, o.reason, o.declared_at_wall_millis,
        o.sketch, o.counted
      FROM loss o
      JOIN lane l ON l.id = o.lane_id
      JOIN incarnation c ON c.id = l.incarnation_id
      JOIN node n ON n.id = c.node_id
      ORDER BY n.name, c.id, l.lane, o.loss_id
      """;

  private static final String ROWS_IN_RANGE =
      "SELECT count(*) FROM insight WHERE lane_id = ? AND seq BETWEEN ? AND ?";

  private static final String SOURCES =
      """
      SELECT s.name, count(*), count(*) - count(DISTINCT p.position), min(p.position),
        max(p.position), sum(p.behind)
      FROM (
        SELECT i.source_id, i.position,
          i.position <= coalesce(
            lag(i.position) OVER (PARTITION BY i.lane_id, i.source_id ORDER BY i.seq), 0) AS behind
        FROM insight i
        JOIN lane l ON l.id = i.lane_id
        JOIN incarnation c ON c.id = l.incarnation_id
        JOIN node n ON n.id = c.node_id
        WHERE n.name = ? AND i.source_id IS NOT NULL
      ) p
      JOIN source s ON s.id = p.source_id
      GROUP BY s.id
      ORDER BY s.name
      """;

  private static final String POSITIONS =
      """
      SELECT s.name, i.position
      FROM insight i
      JOIN lane l ON l.id = i.lane_id
      JOIN incarnation c ON c.id = l.incarnation_id
      JOIN node n ON n.id = c.node_id
      JOIN source s ON s.id = i.source_id
      WHERE n.name = ?
      ORDER BY c.id, l.lane, i.seq
      """;

  private final StoreFile file;
  private final Connection connection;

  private HubStoreReport(StoreFile file) {
    this.file = file;
    this.connection = file.openForReading();
  }

  /**
   * @throws StoreException if there is no store that this program can read
   */
  public static HubStoreReport open(Path path) {
    return new HubStoreReport(new StoreFile(path));
  }

  /** All lanes, by node and age of the incarnation. Counts every row. */
  public List<LaneReport> lanes() {
    try (PreparedStatement query = connection.prepareStatement(LANES);
        PreparedStatement count = connection.prepareStatement(ROWS_IN_RANGE);
        Statement control = connection.createStatement()) {
      control.execute("BEGIN");
      try (ResultSet rows = query.executeQuery()) {
        Descent descent = Descent.read(connection);
        List<LaneReport> lanes = new ArrayList<>();
        while (rows.next()) {
          lanes.add(lane(rows, count, descent));
        }
        return lanes;
      } finally {
        control.execute("COMMIT");
      }
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  private static LaneReport lane(ResultSet rows, PreparedStatement count, Descent descent)
      throws SQLException {
    ByteBuffer uuid = ByteBuffer.wrap(rows.getBytes(2));
    Lane id = Lane.ofCode(rows.getInt(3));
    long incarnation = rows.getLong(13);
    LaneReport lane =
        new LaneReport(
            new NodeId(rows.getString(1)),
            new Incarnation(new UUID(uuid.getLong(), uuid.getLong())),
            id,
            RangeText.parse(rows.getString(4)),
            RangeText.parse(rows.getString(5)),
            RangeText.parse(rows.getString(6)),
            RangeText.parse(rows.getString(9)),
            RangeText.parse(rows.getString(15)),
            rows.getLong(7),
            rows.getLong(8),
            rows.getLong(11),
            0,
            rows.getLong(12),
            descent.firstSeq(incarnation, id),
            rows.getBoolean(14),
            descent.sharedBelow(incarnation, id));
    long inPlace = 0;
    for (SeqRange range : lane.withRows().ranges()) {
      count.setLong(1, rows.getLong(10));
      count.setLong(2, range.first());
      count.setLong(3, range.last());
      try (ResultSet found = count.executeQuery()) {
        found.next();
        inPlace += found.getLong(1);
      }
    }
    return lane.withStrayRows(lane.rows() - inPlace);
  }

  /** All loss records, by node, age of the incarnation, lane and id. */
  public List<LossReport> losses() {
    try (PreparedStatement query = connection.prepareStatement(LOSSES);
        ResultSet rows = query.executeQuery()) {
      List<LossReport> losses = new ArrayList<>();
      while (rows.next()) {
        ByteBuffer uuid = ByteBuffer.wrap(rows.getBytes(2));
        byte[] sketch = rows.getBytes(8);
        losses.add(
            new LossReport(
                new NodeId(rows.getString(1)),
                new Incarnation(new UUID(uuid.getLong(), uuid.getLong())),
                new LossRecord(
                    Lane.ofCode(rows.getInt(3)),
                    rows.getLong(4),
                    RangeText.parse(rows.getString(5)),
                    LossReason.ofCode(rows.getInt(6)),
                    rows.getLong(7),
                    sketch == null ? new byte[0] : sketch),
                RangeText.parse(rows.getString(9)).count()));
      }
      return losses;
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /** Times of all insights, in the order of their sequence numbers. */
  public List<TimeReport> times() {
    try (PreparedStatement query = connection.prepareStatement(TIMES);
        ResultSet rows = query.executeQuery()) {
      List<TimeReport> times = new ArrayList<>();
      while (rows.next()) {
        times.add(
            new TimeReport(
                rows.getString(1),
                rows.getLong(2),
                ClockQuality.ofCode(rows.getInt(3)),
                rows.getLong(4),
                ClockQuality.ofCode(rows.getInt(5))));
      }
      return times;
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /** What is stored of the sources of a node, by name of the source. */
  public List<SourceReport> sourcePositions(NodeId node) {
    try (PreparedStatement query = connection.prepareStatement(SOURCES)) {
      query.setString(1, node.value());
      try (ResultSet rows = query.executeQuery()) {
        List<SourceReport> sources = new ArrayList<>();
        while (rows.next()) {
          sources.add(
              new SourceReport(
                  rows.getString(1),
                  rows.getLong(2),
                  rows.getLong(3),
                  rows.getLong(4),
                  rows.getLong(5),
                  rows.getLong(6)));
        }
        return sources;
      }
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /**
   * The (source, position) of every row of a node that has one, by incarnation, lane and sequence
   * number; rows that share one are all there.
   */
  public <T> List<T> positions(NodeId node, BiFunction<String, Long, T> row) {
    try (PreparedStatement query = connection.prepareStatement(POSITIONS)) {
      query.setString(1, node.value());
      try (ResultSet rows = query.executeQuery()) {
        List<T> all = new ArrayList<>();
        while (rows.next()) {
          all.add(row.apply(rows.getString(1), rows.getLong(2)));
        }
        return all;
      }
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /** Hands on every insight that is stored of a node, by incarnation, lane and sequence number. */
  public void insights(NodeId node, Consumer<StoredInsight> each) {
    try {
      StoredRows.read(connection, node, each);
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /** The report as text for a terminal: a line for each lane, a total for the sources of a node. */
  public String text() {
    StringBuilder text = new StringBuilder("store " + file.path() + "\n");
    NodeId node = null;
    for (LaneReport lane : lanes()) {
      if (!lane.node().equals(node)) {
        node = lane.node();
        text.append(sources(node));
      }
      text.append("  ")
          .append(lane.incarnation())
          .append(" ")
          .append(lane.lane().id())
          .append(": held ")
          .append(lane.held())
          .append(", rows ")
          .append(lane.rows())
          .append(" in ")
          .append(lane.blocks())
          .append(" blocks, quarantined ")
          .append(lane.quarantined().count())
          .append(", declared lost ")
          .append(lane.declaredLost().count())
          .append(", expired ")
          .append(lane.expired().count())
          .append(lane.repeated().isEmpty() ? "" : ", repeated " + lane.repeated().count())
          .append(", head in last Hello ")
          .append(lane.reportedHead())
          .append(lane.firstSeq() > 1 ? ", parted at " + lane.firstSeq() : "")
          .append(
              lane.closed()
                  ? ", closed with "
                      + lane.unaccounted().count()
                      + " unaccounted since its last Hello"
                  : "")
          .append(lane.balances() ? "" : "  DOES NOT BALANCE")
          .append('\n');
    }
    return text.toString();
  }

  private String sources(NodeId node) {
    long positions = 0;
    long duplicates = 0;
    long outOfOrder = 0;
    List<SourceReport> sources = sourcePositions(node);
    for (SourceReport source : sources) {
      positions += source.count();
      duplicates += source.duplicates();
      outOfOrder += source.outOfOrder();
    }
    return "node %s: %d rows of %d sources, %d duplicates, %d out of order%n"
        .formatted(node, positions, sources.size(), duplicates, outOfOrder);
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
