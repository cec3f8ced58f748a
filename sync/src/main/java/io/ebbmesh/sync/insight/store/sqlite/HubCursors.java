package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Looks at the cursors of a hub while it writes them: one small row a look, so that it can be done
 * often; {@link HubStoreReport} counts the rows too. Changes nothing. One thread at a time.
 */
public final class HubCursors implements AutoCloseable {

  private static final String HELD =
      """
      SELECT l.held
      FROM lane l
      JOIN incarnation c ON c.id = l.incarnation_id
      JOIN node n ON n.id = c.node_id
      WHERE n.name = ? AND l.lane = ?
      ORDER BY c.id DESC
      LIMIT 1
      """;

  private final StoreFile file;
  private final Connection connection;
  private final PreparedStatement query;

  private HubCursors(StoreFile file) {
    this.file = file;
    this.connection = file.openForReading();
    try {
      this.query = connection.prepareStatement(HELD);
    } catch (SQLException e) {
      throw file.problem(e);
    }
  }

  /**
   * @throws StoreException if there is no store that this program can read
   */
  public static HubCursors open(Path path) {
    return new HubCursors(new StoreFile(path));
  }

  /** What is held of a lane of the newest incarnation of a node; nothing if it is not known. */
  public SeqRanges held(NodeId node, Lane lane) {
    try {
      query.setString(1, node.value());
      query.setInt(2, lane.code());
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? RangeText.parse(row.getString(1)) : SeqRanges.EMPTY;
      }
    } catch (SQLException e) {
      throw file.problem(e);
    }
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
