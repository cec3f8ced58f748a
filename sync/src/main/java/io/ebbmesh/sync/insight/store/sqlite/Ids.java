package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * The small numbers that rows use for nodes, lanes, boots and texts: found, or made within the
 * current transaction. Not to be used after a rollback, since what was made is gone.
 */
final class Ids implements AutoCloseable {

  private record NodeUuid(long node, UUID uuid) {}

  /** Finds or makes a row by its unique key. */
  private static final class Table implements AutoCloseable {
    private final PreparedStatement find;
    private final PreparedStatement make;

    Table(Connection connection, String find, String make) throws SQLException {
      this.find = connection.prepareStatement(find);
      this.make = connection.prepareStatement(make);
    }

    long find(Object... key) throws SQLException {
      bind(find, key);
      try (ResultSet rows = find.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }

    long findOrMake(Object... key) throws SQLException {
      long id = find(key);
      if (id != 0) {
        return id;
      }
      bind(make, key);
      make.executeUpdate();
      return find(key);
    }

    private static void bind(PreparedStatement statement, Object... key) throws SQLException {
      for (int i = 0; i < key.length; i++) {
        statement.setObject(i + 1, key[i]);
      }
    }

    @Override
    public void close() throws SQLException {
      find.close();
      make.close();
    }
  }

  private static final int CACHED_LANES = 100_000;

  private final Table nodes;
  private final Table incarnations;
  private final Table lanes;
  private final Table boots;
  private final Table texts;
  private final Table sources;
  private final IdCache<LaneKey> laneIds = new IdCache<>(CACHED_LANES);
  private final IdCache<NodeId> nodeIds = new IdCache<>(CACHED_LANES);
  private final IdCache<NodeUuid> bootIds = new IdCache<>(CACHED_LANES);
  private final IdCache<String> textIds;
  private final IdCache<String> sourceIds;

  Ids(Connection connection, int cachedTexts) throws SQLException {
    nodes =
        new Table(
            connection, "SELECT id FROM node WHERE name = ?", "INSERT INTO node (name) VALUES (?)");
    incarnations =
        new Table(
            connection,
            "SELECT id FROM incarnation WHERE node_id = ? AND uuid = ?",
            "INSERT INTO incarnation (node_id, uuid) VALUES (?, ?)");
    lanes =
        new Table(
            connection,
            "SELECT id FROM lane WHERE incarnation_id = ? AND lane = ?",
            "INSERT INTO lane (incarnation_id, lane) VALUES (?, ?)");
    boots =
        new Table(
            connection,
            "SELECT id FROM boot WHERE node_id = ? AND uuid = ?",
            "INSERT INTO boot (node_id, uuid) VALUES (?, ?)");
    texts =
        new Table(
            connection,
            "SELECT id FROM text WHERE value = ?",
            "INSERT INTO text (value) VALUES (?)");
    sources =
        new Table(
            connection,
            "SELECT id FROM source WHERE name = ?",
            "INSERT INTO source (name) VALUES (?)");
    textIds = new IdCache<>(cachedTexts);
    sourceIds = new IdCache<>(cachedTexts);
  }

  long node(NodeId node) throws SQLException {
    long id = nodeIds.get(node);
    if (id == 0) {
      id = nodes.findOrMake(node.value());
      nodeIds.put(node, id);
    }
    return id;
  }

  long incarnation(NodeId node, Incarnation incarnation) throws SQLException {
    return incarnations.findOrMake(node(node), bytes(incarnation.id()));
  }

  /** The incarnation, or 0 if the store does not know it. */
  long knownIncarnation(NodeId node, Incarnation incarnation) throws SQLException {
    long nodeId = nodes.find(node.value());
    return nodeId == 0 ? 0 : incarnations.find(nodeId, bytes(incarnation.id()));
  }

  long lane(LaneKey key) throws SQLException {
    long id = laneIds.get(key);
    if (id == 0) {
      id = lane(incarnation(key.node(), key.incarnation()), key.lane());
      laneIds.put(key, id);
    }
    return id;
  }

  long lane(long incarnation, Lane lane) throws SQLException {
    return lanes.findOrMake(incarnation, lane.code());
  }

  long boot(NodeId node, UUID boot) throws SQLException {
    NodeUuid key = new NodeUuid(node(node), boot);
    long id = bootIds.get(key);
    if (id == 0) {
      id = boots.findOrMake(key.node(), bytes(boot));
      bootIds.put(key, id);
    }
    return id;
  }

  /** 0 for the empty text. */
  long text(String value) throws SQLException {
    if (value.isEmpty()) {
      return 0;
    }
    long id = textIds.get(value);
    if (id == 0) {
      id = texts.findOrMake(value);
      textIds.put(value, id);
    }
    return id;
  }

  long source(String name) throws SQLException {
    long id = sourceIds.get(name);
    if (id == 0) {
      id = sources.findOrMake(name);
      sourceIds.put(name, id);
    }
    return id;
  }

  /** The source, or 0 if the store does not know it. */
  long knownSource(String name) throws SQLException {
    long id = sourceIds.get(name);
    if (id == 0) {
      id = sources.find(name);
      if (id != 0) {
        sourceIds.put(name, id);
      }
    }
    return id;
  }

  static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  @Override
  public void close() throws SQLException {
    nodes.close();
    incarnations.close();
    lanes.close();
    boots.close();
    texts.close();
    sources.close();
  }
}
