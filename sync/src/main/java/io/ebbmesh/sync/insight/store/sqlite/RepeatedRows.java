package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the readings of a block that the hub has already under other numbers, because the disk of
 * their node went back and their source repeated them; inside the caller's transaction. A reading
 * is the same if it has the same source, position, stream and numbers; it may have been decided
 * otherwise. Costs an incarnation that never parted one look into a map for each block.
 */
final class RepeatedRows implements AutoCloseable {

  private static final String BLOCKS =
      """
      SELECT block_id FROM block_source
      WHERE node_id = ? AND source_id = ? AND last_position BETWEEN ? AND ? AND first_position <= ?
      """;

  private static final String STORED =
      """
      SELECT i.source_id, i.position, i.stream_id, i.kind, i.numbers
      FROM block b
      CROSS JOIN insight i ON i.lane_id = b.lane_id AND i.seq BETWEEN b.first_seq AND b.last_seq
        AND i.block_id = b.id
      WHERE b.id = ? AND i.source_id IS NOT NULL
      """;

  /** Names a reading of one node. */
  private record Key(long source, long position) {}

  /** Positions of one source that can share a row of the list. */
  private record Run(long source, long number) {
    long lastPosition() {
      return number * ForgottenPositions.SPAN + (ForgottenPositions.SPAN - 1);
    }
  }

  private record Stored(long stream, InsightKind kind, byte @Nullable [] numbers) {}

  private final Ids ids;
  private final ForgottenPositions forgotten;
  private final PreparedStatement blocks;
  private final PreparedStatement stored;
  private final PreparedStatement readRepeated;
  private final PreparedStatement moveRepeated;

  RepeatedRows(Connection connection, Ids ids, ForgottenPositions forgotten) throws SQLException {
    this.ids = ids;
    this.forgotten = forgotten;
    blocks = connection.prepareStatement(BLOCKS);
    stored = connection.prepareStatement(STORED);
    readRepeated = connection.prepareStatement("SELECT repeated FROM lane WHERE id = ?");
    moveRepeated = connection.prepareStatement("UPDATE lane SET repeated = ? WHERE id = ?");
  }

  /**
   * Which of a block's numbers are not to be stored; they are recorded as repeated.
   *
   * @param missing which of its numbers are not held
   */
  SeqRanges take(long lane, StoreBlock block, SeqRanges missing) throws SQLException {
    long node = missing.isEmpty() ? 0 : forgotten.nodeOfParted(lane);
    if (node == 0) {
      return SeqRanges.EMPTY;
    }
    Map<Key, Long> came = readings(block, missing);
    Map<Key, List<Stored>> there = stored(node, came.keySet());
    List<SeqRange> found = new ArrayList<>();
    for (Map.Entry<Key, Long> each : came.entrySet()) {
      long seq = each.getValue();
      Insight insight = insight(block, seq);
      for (Stored other : there.getOrDefault(each.getKey(), List.of())) {
        if (isSame(insight, other)) {
          found.add(new SeqRange(seq, seq));
          break;
        }
      }
    }
    SeqRanges repeated = SeqRanges.of(found);
    if (!repeated.isEmpty()) {
      record(lane, repeated);
    }
    return repeated;
  }

  /** Numbers by reading; what a node gives positions to itself means another thing on each disk. */
  private Map<Key, Long> readings(StoreBlock block, SeqRanges missing) throws SQLException {
    Map<Key, Long> readings = new LinkedHashMap<>();
    for (SeqRange range : missing.ranges()) {
      for (long seq = range.first(); seq <= range.last(); seq++) {
        SourcePosition source = insight(block, seq).source();
        if (source != null && !source.isOwn()) {
          long id = ids.knownSource(source.source());
          if (id != 0) {
            readings.put(new Key(id, source.position()), seq);
          }
        }
      }
    }
    return readings;
  }

  private static Insight insight(StoreBlock block, long seq) {
    return block.insights().get(Math.toIntExact(seq - block.seqs().first()));
  }

  private Map<Key, List<Stored>> stored(long node, Set<Key> readings) throws SQLException {
    Map<Run, SeqRange> runs = new LinkedHashMap<>();
    for (Key each : readings) {
      runs.merge(
          new Run(each.source(), each.position() / ForgottenPositions.SPAN),
          new SeqRange(each.position(), each.position()),
          (a, b) -> new SeqRange(Math.min(a.first(), b.first()), Math.max(a.last(), b.last())));
    }
    Set<Long> candidates = new LinkedHashSet<>();
    for (Map.Entry<Run, SeqRange> run : runs.entrySet()) {
      blocks.setLong(1, node);
      blocks.setLong(2, run.getKey().source());
      blocks.setLong(3, run.getValue().first());
      blocks.setLong(4, run.getKey().lastPosition());
      blocks.setLong(5, run.getValue().last());
      try (ResultSet rows = blocks.executeQuery()) {
        while (rows.next()) {
          candidates.add(rows.getLong(1));
        }
      }
    }
    Map<Key, List<Stored>> found = new LinkedHashMap<>();
    for (long candidate : candidates) {
      read(candidate, readings, found);
    }
    return found;
  }

  private void read(long block, Set<Key> readings, Map<Key, List<Stored>> to) throws SQLException {
    stored.setLong(1, block);
    try (ResultSet rows = stored.executeQuery()) {
      while (rows.next()) {
        Key key = new Key(rows.getLong(1), rows.getLong(2));
        if (readings.contains(key)) {
          to.computeIfAbsent(key, each -> new ArrayList<>(1))
              .add(
                  new Stored(
                      rows.getLong(3), InsightKind.ofCode(rows.getInt(4)), rows.getBytes(5)));
        }
      }
    }
  }

  private boolean isSame(Insight came, Stored other) throws SQLException {
    // The box of a detection is the model's, not the reading's.
    boolean isDecided =
        came.kind() == InsightKind.DETECTION || other.kind() == InsightKind.DETECTION;
    return other.stream() == ids.text(came.stream())
        && (isDecided || Arrays.equals(other.numbers(), InsightRows.numbers(came.values())));
  }

  private void record(long lane, SeqRanges repeated) throws SQLException {
    readRepeated.setLong(1, lane);
    SeqRanges before;
    try (ResultSet row = readRepeated.executeQuery()) {
      row.next();
      before = RangeText.parse(row.getString(1));
    }
    moveRepeated.setString(1, RangeText.format(before.plus(repeated)));
    moveRepeated.setLong(2, lane);
    moveRepeated.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    blocks.close();
    stored.close();
    readRepeated.close();
    moveRepeated.close();
  }
}
