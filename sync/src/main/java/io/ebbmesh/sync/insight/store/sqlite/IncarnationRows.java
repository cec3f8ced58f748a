package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Lane;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/**
 * Which incarnation parted from which, and which of a node's spoke last, inside the caller's
 * transaction.
 */
final class IncarnationRows implements AutoCloseable {

  private final PreparedStatement part;
  private final PreparedStatement closeOthers;
  private final PreparedStatement open;
  private final PreparedStatement greetedLast;

  IncarnationRows(Connection connection) throws SQLException {
    part =
        connection.prepareStatement(
            "UPDATE incarnation SET parent_id = ?, fork_points = ?"
                + " WHERE id = ? AND parent_id IS NULL");
    closeOthers =
        connection.prepareStatement(
            "UPDATE incarnation SET closed_by = ?"
                + " WHERE node_id = ? AND id <> ? AND closed_by IS NULL");
    open =
        connection.prepareStatement(
            "UPDATE incarnation SET closed_by = NULL WHERE id = ? AND closed_by IS NOT NULL");
    greetedLast =
        connection.prepareStatement(
            "SELECT 1 FROM incarnation WHERE id = ? AND closed_by IS NULL"
                + " AND (parent_id IS NOT NULL OR NOT ?)");
  }

  /**
   * What was recorded first stays: an incarnation parts once, before it is heard of. Returns
   * whether it is news.
   */
  boolean parted(long incarnation, long parent, Map<Lane, Long> forkPoints) throws SQLException {
    part.setLong(1, parent);
    part.setString(2, LineageRows.format(forkPoints));
    part.setLong(3, incarnation);
    return part.executeUpdate() > 0;
  }

  /**
   * Closes the others of the node: what they have not delivered is unaccounted for. Returns whether
   * this one was closed.
   */
  boolean greeted(long node, long incarnation) throws SQLException {
    closeOthers.setLong(1, incarnation);
    closeOthers.setLong(2, node);
    closeOthers.setLong(3, incarnation);
    closeOthers.executeUpdate();
    open.setLong(1, incarnation);
    return open.executeUpdate() > 0;
  }

  /**
   * Whether an incarnation greeted last of its node, so that it takes over from none.
   *
   * @param isChild whether it says that it parted from another one
   */
  boolean greetedLast(long incarnation, boolean isChild) throws SQLException {
    greetedLast.setLong(1, incarnation);
    greetedLast.setBoolean(2, isChild);
    try (ResultSet row = greetedLast.executeQuery()) {
      return row.next();
    }
  }

  @Override
  public void close() throws SQLException {
    part.close();
    closeOthers.close();
    open.close();
    greetedLast.close();
  }
}
