package io.ebbmesh.sim.check;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Times of single readings in a hub's store, read beside the hub. */
final class HubTimes {

  /**
   * One insight.
   *
   * @param source names the reading
   * @param wallMillis as corrected by the hub
   * @param quality of it: 0 lower bound, 1 carried, 2 synchronised
   * @param nodeWallMillis what the node believed when it wrote the block
   * @param nodeQuality of that
   */
  record Row(String source, long wallMillis, int quality, long nodeWallMillis, int nodeQuality) {}

  private static final String ROWS =
      """
      SELECT t.source, t.wall_millis, t.quality, k.wall_millis, k.quality
      FROM insight_time t
      JOIN source o ON o.name = t.source
      JOIN insight i ON i.source_id = o.id AND i.position = t.position
      JOIN block k ON k.id = i.block_id
      ORDER BY t.seq
      """;

  private HubTimes() {}

  static List<Row> read(Path store) throws IOException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:file:" + store + "?mode=ro");
        PreparedStatement query = connection.prepareStatement(ROWS);
        ResultSet found = query.executeQuery()) {
      List<Row> rows = new ArrayList<>();
      while (found.next()) {
        rows.add(
            new Row(
                found.getString(1),
                found.getLong(2),
                found.getInt(3),
                found.getLong(4),
                found.getInt(5)));
      }
      return rows;
    } catch (SQLException e) {
      throw new IOException("cannot read " + store + ": " + e.getMessage(), e);
    }
  }
}
