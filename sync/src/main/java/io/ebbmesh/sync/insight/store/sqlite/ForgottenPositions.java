package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.block.BlockLimits;
import io.ebbmesh.protocol.insight.Ancestry.Ancestor;
import io.ebbmesh.protocol.insight.Ancestry.Stretch;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.insight.store.Greeting;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists which positions of sources the hub holds that a store which parted may not know, inside the
 * caller's transaction. Only what another incarnation brought is listed, when one takes over from
 * it: while it is there, its own outbox knows what it accepted.
 */
final class ForgottenPositions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ForgottenPositions.class);

  /** A row has positions of one run of this length: those with one quotient by it. */
  static final long SPAN = 4096;

  private static final int CACHED_LANES = 100_000;
  private static final long NONE = -1;

  /** The incarnations of a node that parted from another one, or from which one parted. */
  private static final String PARTED =
      """
      SELECT c.id, c.uuid FROM incarnation c WHERE c.node_id = ?
        AND (c.parent_id IS NOT NULL
          OR EXISTS (SELECT 1 FROM incarnation k WHERE k.node_id = c.node_id AND k.parent_id = c.id))
      """;

  private static final String NODE_OF_PARTED =
      """
      SELECT c.node_id FROM lane l JOIN incarnation c ON c.id = l.incarnation_id WHERE l.id = ?
        AND (c.parent_id IS NOT NULL
          OR EXISTS (SELECT 1 FROM incarnation k WHERE k.node_id = c.node_id AND k.parent_id = c.id))
      """;

  private static final String UNLISTED =
      """
      SELECT b.id, b.lane_id, b.first_seq, b.last_seq FROM block b
      JOIN lane l ON l.id = b.lane_id
      WHERE l.incarnation_id = ? AND l.lane = ? AND b.first_seq >= ? AND b.last_seq >= ?
        AND b.id > ? AND NOT b.sources_listed
      ORDER BY b.id %s LIMIT ?
      """;

  private static final String RUNS =
      """
      SELECT source_id, max(position) AS last, min(position) AS first FROM insight
      WHERE lane_id = ?2 AND seq BETWEEN ?3 AND ?4 AND block_id = ?5 AND source_id IS NOT NULL
      GROUP BY source_id, position / ?6
      """;

  private static final String LIST =
      "INSERT OR IGNORE INTO block_source SELECT ?1, source_id, last, ?5, first FROM ("
          + RUNS
          + ")";

  private static final String REMOVE =
      "DELETE FROM block_source WHERE node_id = ?1 AND block_id = ?5"
          + " AND (source_id, last_position) IN (SELECT source_id, last FROM ("
          + RUNS
          + "))";

  private static final String PRUNE =
      """
      DELETE FROM block_source WHERE node_id = ?1 AND block_id <= (
        SELECT block_id FROM block_source WHERE node_id = ?1
        ORDER BY block_id DESC LIMIT 1 OFFSET ?2)
      """;

  /** A block of an incarnation that parted. */
  private record Unlisted(long block, long lane, long firstSeq, long lastSeq) {}

  private record Parted(long id, Incarnation incarnation) {}

  private final Ids ids;
  private final long maxRows;
  private final PreparedStatement parted;
  private final PreparedStatement nodeOfParted;
  private final PreparedStatement nodeOfLane;
  private final PreparedStatement unlisted;
  private final PreparedStatement unlistedAhead;
  private final PreparedStatement extent;
  private final PreparedStatement list;
  private final PreparedStatement mark;
  private final PreparedStatement remove;
  private final PreparedStatement prune;
  private IdCache<Long> nodes = new IdCache<>(CACHED_LANES);

  /**
   * @param maxRows most rows that are kept of a node, the newest
   */
  ForgottenPositions(Connection connection, Ids ids, long maxRows) throws SQLException {
    this.ids = ids;
    this.maxRows = maxRows;
    parted = connection.prepareStatement(PARTED);
    nodeOfParted = connection.prepareStatement(NODE_OF_PARTED);
    nodeOfLane =
        connection.prepareStatement(
            "SELECT c.node_id FROM lane l JOIN incarnation c ON c.id = l.incarnation_id"
                + " WHERE l.id = ?");
    unlisted = connection.prepareStatement(UNLISTED.formatted("DESC"));
    unlistedAhead = connection.prepareStatement(UNLISTED.formatted("ASC"));
    extent =
        connection.prepareStatement(
            "SELECT count(*), min(block_id), max(block_id) FROM block_source WHERE node_id = ?");
    list = connection.prepareStatement(LIST);
    mark = connection.prepareStatement("UPDATE block SET sources_listed = 1 WHERE id = ?");
    remove = connection.prepareStatement(REMOVE);
    prune = connection.prepareStatement(PRUNE);
  }

  /** The node of a lane whose incarnation parted, or from which one parted; else 0. */
  long nodeOfParted(long lane) throws SQLException {
    long known = nodes.get(lane);
    if (known == 0) {
      known = Math.max(0, number(nodeOfParted, lane));
      known = known == 0 ? NONE : known;
      nodes.put(lane, known);
    }
    return Math.max(0, known);
  }

  /** Lists what the store that greets may repeat: all that the hub has of the node beside it. */
  void takesOver(Greeting told) throws SQLException {
    // Who parted from whom may be news.
    nodes = new IdCache<>(CACHED_LANES);
    List<Parted> family = family(ids.node(told.node()));
    if (family.stream().noneMatch(each -> each.incarnation().equals(told.incarnation()))) {
      return;
    }
    List<Unlisted> blocks = new ArrayList<>();
    for (Parted each : family) {
      if (!each.incarnation().equals(told.incarnation())) {
        for (Lane lane : Lane.values()) {
          long fromSeq = firstUnshared(told, each.incarnation(), lane);
          addUnlisted(unlisted, blocks, each.id(), lane, fromSeq, 0, maxRows);
        }
      }
    }
    list(told.node(), blocks);
  }

  /**
   * Lists a part of what {@link #takesOver} lists, before the greeting is recorded, so that others
   * are served between the parts. Of what came since the last listing the oldest goes first, so
   * that {@link #catchUp} finds the rest. What is on the list only says where to look: that it is
   * there early, or for a store that does not come back, changes no answer.
   *
   * @param maxInsights of the blocks that are listed now, give or take one block
   * @return whether no more than that is left
   */
  boolean listAhead(Greeting told, int maxInsights) throws SQLException {
    long node = ids.node(told.node());
    List<Parted> family = family(node);
    for (Ancestor ancestor : told.ancestry().ancestors()) {
      long id = ids.knownIncarnation(told.node(), ancestor.incarnation());
      Parted parent = new Parted(id, ancestor.incarnation());
      if (id != 0 && !family.contains(parent)) {
        family.add(parent);
      }
    }
    if (told.ancestry().ancestors().isEmpty()
        && family.stream().noneMatch(each -> each.incarnation().equals(told.incarnation()))) {
      return true;
    }
    long after = newestListed(node);
    List<Unlisted> found = new ArrayList<>();
    for (Parted each : family) {
      for (Lane lane : Lane.values()) {
        if (!each.incarnation().equals(told.incarnation())) {
          long fromSeq = firstUnshared(told, each.incarnation(), lane);
          addUnlisted(unlistedAhead, found, each.id(), lane, fromSeq, after, maxInsights + 1L);
        }
      }
    }
    found.sort(Comparator.comparingLong(Unlisted::block));
    List<Unlisted> part = new ArrayList<>();
    long insights = 0;
    for (Unlisted each : found) {
      insights += each.lastSeq() - each.firstSeq() + 1;
      if (insights > maxInsights && !part.isEmpty()) {
        list(told.node(), part);
        return false;
      }
      part.add(each);
    }
    return true;
  }

  private long newestListed(long node) throws SQLException {
    extent.setLong(1, node);
    try (ResultSet row = extent.executeQuery()) {
      row.next();
      return row.getLong(3);
    }
  }

  /** Lists what came since something was listed last, whoever brought it. */
  void catchUp(NodeId node) throws SQLException {
    long id = ids.node(node);
    long after = newestListed(id);
    List<Unlisted> blocks = new ArrayList<>();
    for (Parted each : family(id)) {
      for (Lane lane : Lane.values()) {
        addUnlisted(unlisted, blocks, each.id(), lane, 1, after, maxRows);
      }
    }
    list(node, blocks);
  }

  /** Takes a block off the list whose rows are about to be deleted, if it is listed. */
  void remove(long block, long lane, long firstSeq, long lastSeq) throws SQLException {
    bind(remove, number(nodeOfLane, lane), lane, firstSeq, lastSeq, block, SPAN);
    remove.executeUpdate();
  }

  private static long firstUnshared(Greeting told, Incarnation other, Lane lane) {
    for (Stretch stretch : told.ancestry().stretches(told.incarnation(), lane)) {
      if (stretch.incarnation().equals(other)) {
        return stretch.seqs().last() + 1;
      }
    }
    return 1;
  }

  private List<Parted> family(long node) throws SQLException {
    List<Parted> family = new ArrayList<>();
    parted.setLong(1, node);
    try (ResultSet rows = parted.executeQuery()) {
      while (rows.next()) {
        ByteBuffer uuid = ByteBuffer.wrap(rows.getBytes(2));
        family.add(
            new Parted(rows.getLong(1), new Incarnation(new UUID(uuid.getLong(), uuid.getLong()))));
      }
    }
    return family;
  }

  private void addUnlisted(
      PreparedStatement query,
      List<Unlisted> to,
      long incarnation,
      Lane lane,
      long fromSeq,
      long afterBlock,
      long most)
      throws SQLException {
    // A block that ends behind the number starts no further before it than a block is long.
    long first = fromSeq - BlockLimits.DEFAULT.maxInsights() + 1;
    bind(query, incarnation, lane.code(), first, fromSeq, afterBlock, most);
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        to.add(new Unlisted(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)));
      }
    }
  }

  private void list(NodeId name, List<Unlisted> blocks) throws SQLException {
    if (blocks.isEmpty()) {
      return;
    }
    blocks.sort(Comparator.comparingLong(Unlisted::block).reversed());
    long node = ids.node(name);
    long before;
    long oldestListed;
    extent.setLong(1, node);
    try (ResultSet row = extent.executeQuery()) {
      row.next();
      before = row.getLong(1);
      oldestListed = row.getLong(2);
    }
    long added = 0;
    int done = 0;
    for (Unlisted each : blocks) {
      boolean isOlder = before > 0 && each.block() < oldestListed;
      if (added > maxRows || (isOlder && before + added > maxRows)) {
        break;
      }
      bind(list, node, each.lane(), each.firstSeq(), each.lastSeq(), each.block(), SPAN);
      added += list.executeUpdate();
      bind(mark, each.block());
      mark.executeUpdate();
      done++;
    }
    if (before + added > maxRows) {
      bind(prune, node, maxRows);
      prune.executeUpdate();
      LOG.warn(
          "node {}: more than {} runs of positions that its disk may have forgotten, the limit"
              + " ebbmesh.sync.hub-store.max-known-runs; the newest are kept, and readings before"
              + " them will be there twice if their source repeats them",
          name,
          maxRows);
    }
    LOG.info(
        "node {}: listed the sources of {} blocks that its store may have forgotten: {} runs of"
            + " positions",
        name,
        done,
        added);
  }

  private static long number(PreparedStatement query, long key) throws SQLException {
    query.setLong(1, key);
    try (ResultSet row = query.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static void bind(PreparedStatement statement, long... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setLong(i + 1, values[i]);
    }
  }

  @Override
  public void close() throws SQLException {
    parted.close();
    nodeOfParted.close();
    nodeOfLane.close();
    unlisted.close();
    unlistedAhead.close();
    extent.close();
    list.close();
    mark.close();
    remove.close();
    prune.close();
  }
}
