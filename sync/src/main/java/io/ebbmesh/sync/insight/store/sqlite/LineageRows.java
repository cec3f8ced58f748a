package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The openings of outboxes as the store keeps them, inside the caller's transaction. */
final class LineageRows implements AutoCloseable {

  private final PreparedStatement read;
  private final PreparedStatement insert;

  LineageRows(Connection connection) throws SQLException {
    read =
        connection.prepareStatement(
            "SELECT epoch, first_seqs FROM lineage WHERE incarnation_id = ?"
                + " ORDER BY place DESC LIMIT ?");
    insert =
        connection.prepareStatement(
            "INSERT OR IGNORE INTO lineage (incarnation_id, place, epoch, first_seqs)"
                + " SELECT ?1, coalesce(max(place), 0) + 1, ?2, ?3 FROM lineage"
                + " WHERE incarnation_id = ?1");
  }

  /** The newest openings, as many as a lineage has at most. */
  Lineage read(long incarnation) throws SQLException {
    List<Epoch> epochs = new ArrayList<>();
    read.setLong(1, incarnation);
    read.setInt(2, Lineage.MAX_EPOCHS);
    try (ResultSet rows = read.executeQuery()) {
      while (rows.next()) {
        epochs.add(new Epoch(rows.getLong(1), parse(rows.getString(2))));
      }
    }
    Collections.reverse(epochs);
    return new Lineage(epochs);
  }

  /** Adds what is not known yet. */
  void add(long incarnation, Lineage lineage) throws SQLException {
    for (Epoch epoch : lineage.epochs()) {
      insert.setLong(1, incarnation);
      insert.setLong(2, epoch.id());
      insert.setString(3, format(epoch.firstSeqs()));
      insert.executeUpdate();
    }
  }

  /** Numbers per lane as text: {@code code=number,code=number}. */
  static String format(Map<Lane, Long> firstSeqs) {
    StringBuilder text = new StringBuilder();
    firstSeqs.forEach(
        (lane, seq) ->
            text.append(text.isEmpty() ? "" : ",").append(lane.code()).append('=').append(seq));
    return text.toString();
  }

  static Map<Lane, Long> parse(String text) {
    Map<Lane, Long> firstSeqs = new EnumMap<>(Lane.class);
    for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int equals = each.indexOf('=');
      firstSeqs.put(
          Lane.ofCode(Integer.parseInt(each, 0, equals, 10)),
          Long.parseLong(each, equals + 1, each.length(), 10));
    }
    return firstSeqs;
  }

  @Override
  public void close() throws SQLException {
    read.close();
    insert.close();
  }
}
