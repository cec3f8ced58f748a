package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Lane;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which incarnations of a store's nodes parted from which, for reports. */
final class Descent {

  /**
   * @param parent 0 if it parted from none
   */
  private record Row(long parent, Map<Lane, Long> forkPoints, boolean closed) {}

  private final Map<Long, Row> rows = new LinkedHashMap<>();

  private Descent() {}

  static Descent read(Connection connection) throws SQLException {
    Descent descent = new Descent();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, parent_id, fork_points, closed_by IS NOT NULL FROM incarnation")) {
      while (rows.next()) {
        descent.rows.put(
            rows.getLong(1),
            new Row(rows.getLong(2), LineageRows.parse(rows.getString(3)), rows.getBoolean(4)));
      }
    }
    return descent;
  }

  /** First number of a lane that an incarnation names itself. */
  long firstSeq(long incarnation, Lane lane) {
    Row row = rows.get(incarnation);
    return row == null ? 1 : row.forkPoints().getOrDefault(lane, 1L);
  }

  /**
   * Below which number an incarnation that is not closed holds the same insights as this one; 1 if
   * none does.
   */
  long sharedBelow(long incarnation, Lane lane) {
    long below = 1;
    for (Map.Entry<Long, Row> each : rows.entrySet()) {
      if (!each.getValue().closed() && each.getKey() != incarnation) {
        below = Math.max(below, sharedBelow(each.getValue(), incarnation, lane));
      }
    }
    return below;
  }

  private long sharedBelow(Row child, long incarnation, Lane lane) {
    long below = Long.MAX_VALUE;
    // No further than there are incarnations, should a damaged store name a circle.
    Row row = child;
    for (int step = 0; row != null && row.parent() != 0 && step < rows.size(); step++) {
      below = Math.min(below, row.forkPoints().getOrDefault(lane, 1L));
      if (row.parent() == incarnation) {
        return below;
      }
      row = rows.get(row.parent());
    }
    return 1;
  }
}
