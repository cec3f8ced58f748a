package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Ancestry.Ancestor;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.DeclareLost;
import io.ebbmesh.sync.insight.store.InsightStore.HelloOutcome;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Everything that the store's one thread does on its connection, inside the transaction that the
 * caller commits or rolls back.
 */
final class StoreWriter implements AutoCloseable {

  /**
   * A time that arrives later than the known one by less than this was only longer on its way; the
   * smallest delay seen is the truest. Beyond it, one of the clocks was set or drifted.
   */
  private static final long MAX_DELAY_MILLIS = 1_000;

  private final Connection connection;
  private final Statement control;
  private final Ids ids;
  private final BlockRows blocks;
  private final InsightRows rows;
  private final LongSupplier arrivals;
  private final int maxBatchRows;
  private final LineageRows lineages;
  private final IncarnationRows incarnations;
  private final QuarantineRows quarantine;
  private final ConflictRows conflicting;
  private final ForgottenPositions forgotten;
  private final RepeatedRows repeating;
  private final ExpiredRows expired;
  private final PreparedStatement readCursor;
  private final PreparedStatement moveCursor;
  private final PreparedStatement insertLoss;
  private final PreparedStatement reportHead;
  private final PreparedStatement readBoot;
  private final PreparedStatement moveBoot;

  /**
   * @param wallMillis the hub's clock
   * @param arrivals the time by which insights grow old
   */
  StoreWriter(
      Connection connection,
      SqliteSettings settings,
      LongSupplier wallMillis,
      LongSupplier arrivals)
      throws SQLException {
    this.connection = connection;
    this.arrivals = arrivals;
    maxBatchRows = settings.maxBatchRows();
    control = connection.createStatement();
    ids = new Ids(connection, settings.cachedTexts());
    blocks = new BlockRows(connection, ids);
    rows = new InsightRows(connection, ids);
    lineages = new LineageRows(connection);
    incarnations = new IncarnationRows(connection);
    quarantine = new QuarantineRows(connection, settings.quarantineBytes(), wallMillis);
    conflicting = new ConflictRows(connection, quarantine);
    forgotten = new ForgottenPositions(connection, ids, settings.maxKnownRuns());
    repeating = new RepeatedRows(connection, ids, forgotten);
    expired = new ExpiredRows(connection, forgotten);
    readCursor =
        connection.prepareStatement(
            "SELECT held, declared_lost, quarantined, loss_id FROM lane WHERE id = ?");
    moveCursor =
        connection.prepareStatement(
            "UPDATE lane SET held = ?, declared_lost = ?, quarantined = ?, loss_id = ?"
                + " WHERE id = ? AND held = ?");
    insertLoss =
        connection.prepareStatement(
            "INSERT OR IGNORE INTO loss (lane_id, loss_id, ranges, counted, reason,"
                + " declared_at_wall_millis, sketch) VALUES (?,?,?,?,?,?,?)");
    reportHead = connection.prepareStatement("UPDATE lane SET reported_head = ? WHERE id = ?");
    readBoot =
        connection.prepareStatement(
            "SELECT monotonic_nanos, hub_wall_millis FROM boot"
                + " WHERE id = ? AND hub_wall_millis IS NOT NULL");
    moveBoot =
        connection.prepareStatement(
            "UPDATE boot SET monotonic_nanos = ?, hub_wall_millis = ?, node_wall_millis = ?,"
                + " node_quality = ? WHERE id = ?");
  }

  /** Takes the right to write. The driver's own transactions would hold it between batches. */
  void begin() throws SQLException {
    control.execute("BEGIN IMMEDIATE");
  }

  void commit() throws SQLException {
    Failpoint.COMMIT.reached();
    control.execute("COMMIT");
    Failpoint.COMMITTED.reached();
  }

  Map<Lane, Cursor> cursors(NodeId node, Incarnation incarnation) throws SQLException {
    Map<Lane, Cursor> cursors = new EnumMap<>(Lane.class);
    long incarnationId = ids.knownIncarnation(node, incarnation);
    if (incarnationId == 0) {
      return cursors;
    }
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT held, declared_lost, quarantined, loss_id, lane FROM lane"
                + " WHERE incarnation_id = ?")) {
      query.setLong(1, incarnationId);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          cursors.put(Lane.ofCode(found.getInt(5)), cursor(found));
        }
      }
    }
    return cursors;
  }

  Outcome apply(Change change) throws SQLException {
    long lane = ids.lane(change.lane());
    Cursor before = cursor(lane);
    if (!before.held().equals(change.expected())) {
      return new Outcome(false, before);
    }
    Cursor after;
    SeqRanges conflicts = SeqRanges.EMPTY;
    SeqRanges repeated = SeqRanges.EMPTY;
    if (change instanceof StoreBlock block) {
      after = before.afterStore(block.seqs());
      SeqRanges missing = before.missing(block.seqs());
      repeated = repeating.take(lane, block, missing);
      store(lane, block, missing.minus(repeated));
      conflicts = conflicting.find(lane, block, SeqRanges.of(block.seqs()).minus(missing));
    } else if (change instanceof Quarantine damaged) {
      after = before.afterQuarantine(damaged.seqs());
      SeqRanges counted = before.missing(damaged.seqs());
      if (!counted.isEmpty()) {
        quarantine.keep(lane, damaged.seqs(), counted, damaged.problem(), damaged.bytes());
      }
    } else if (change instanceof DeclareLost lost) {
      after = before.afterLoss(lost);
      keep(lane, lost.loss(), lost.own().minus(before.held()));
    } else {
      throw new IllegalArgumentException("unknown change " + change.getClass());
    }
    if (!after.equals(before)) {
      move(lane, before, after);
    }
    return new Outcome(true, after, conflicts, repeated);
  }

  private void store(long lane, StoreBlock block, SeqRanges news) throws SQLException {
    if (news.isEmpty()) {
      return;
    }
    long blockId = blocks.write(lane, block, news, arrivals.getAsLong());
    for (SeqRange range : news.ranges()) {
      rows.write(
          new InsightRows.Place(lane, blockId, range.first()),
          block.insights(),
          Math.toIntExact(range.first() - block.seqs().first()),
          Math.toIntExact(range.count()));
    }
  }

  private void keep(long lane, LossRecord loss, SeqRanges counted) throws SQLException {
    insertLoss.setLong(1, lane);
    insertLoss.setLong(2, loss.id());
    insertLoss.setString(3, RangeText.format(loss.ranges()));
    insertLoss.setString(4, RangeText.format(counted));
    insertLoss.setInt(5, loss.reason().code());
    insertLoss.setLong(6, loss.declaredAtWallMillis());
    insertLoss.setBytes(7, loss.sketch());
    insertLoss.executeUpdate();
  }

  private void move(long lane, Cursor before, Cursor after) throws SQLException {
    moveCursor.setString(1, RangeText.format(after.held()));
    moveCursor.setString(2, RangeText.format(after.declaredLost()));
    moveCursor.setString(3, RangeText.format(after.quarantined()));
    moveCursor.setLong(4, after.lossId());
    moveCursor.setLong(5, lane);
    moveCursor.setString(6, RangeText.format(before.held()));
    if (moveCursor.executeUpdate() != 1) {
      throw new SQLException("cursor of lane row " + lane + " changed inside a transaction");
    }
  }

  private Cursor cursor(long lane) throws SQLException {
    readCursor.setLong(1, lane);
    try (ResultSet found = readCursor.executeQuery()) {
      if (!found.next()) {
        throw new SQLException("lane row " + lane + " is gone");
      }
      return cursor(found);
    }
  }

  private static Cursor cursor(ResultSet found) throws SQLException {
    return new Cursor(
        RangeText.parse(found.getString(1)),
        RangeText.parse(found.getString(2)),
        RangeText.parse(found.getString(3)),
        found.getLong(4));
  }

  HelloOutcome compareHello(Greeting told) throws SQLException {
    long known = ids.knownIncarnation(told.node(), told.incarnation());
    Lineage lineage = known == 0 ? new Lineage(List.of()) : lineages.read(known);
    Map<Incarnation, Map<Lane, Cursor>> cursors = new LinkedHashMap<>();
    for (Incarnation each : told.incarnations()) {
      cursors.put(each, cursors(told.node(), each));
    }
    return HelloOutcome.of(lineage, cursors, told);
  }

  /** Empty if only a part of what it needs is done; then it is to be asked again, after others. */
  Optional<HelloOutcome> recordHello(Greeting told) throws SQLException {
    HelloOutcome outcome = compareHello(told);
    if (outcome.fork().isPresent()) {
      return Optional.of(outcome);
    }
    boolean isChild = !told.ancestry().ancestors().isEmpty();
    long knownId = ids.knownIncarnation(told.node(), told.incarnation());
    boolean mayTakeOver = knownId == 0 ? isChild : !incarnations.greetedLast(knownId, isChild);
    if (mayTakeOver && !forgotten.listAhead(told, maxBatchRows)) {
      return Optional.empty();
    }
    long incarnationId = ids.incarnation(told.node(), told.incarnation());
    lineages.add(incarnationId, told.lineage());
    boolean takesOver = false;
    long child = incarnationId;
    for (Ancestor ancestor : told.ancestry().ancestors()) {
      long parent = ids.incarnation(told.node(), ancestor.incarnation());
      takesOver |= incarnations.parted(child, parent, ancestor.forkPoints());
      child = parent;
    }
    takesOver |= incarnations.greeted(ids.node(told.node()), incarnationId);
    if (takesOver) {
      forgotten.takesOver(told);
    }
    for (Map.Entry<Lane, Long> head : told.heads().entrySet()) {
      reportHead.setLong(1, head.getValue());
      reportHead.setLong(2, ids.lane(incarnationId, head.getKey()));
      reportHead.executeUpdate();
    }
    return Optional.of(outcome);
  }

  void recordBootTime(NodeId node, BootTime time, long hubWallMillis) throws SQLException {
    long boot = ids.boot(node, time.bootId());
    readBoot.setLong(1, boot);
    try (ResultSet known = readBoot.executeQuery()) {
      if (known.next()) {
        long expected =
            known.getLong(2) + Math.floorDiv(time.monotonicNanos() - known.getLong(1), 1_000_000L);
        long later = hubWallMillis - expected;
        if (0 <= later && later <= MAX_DELAY_MILLIS) {
          return;
        }
      }
    }
    moveBoot.setLong(1, time.monotonicNanos());
    moveBoot.setLong(2, hubWallMillis);
    moveBoot.setLong(3, time.wallMillis());
    moveBoot.setInt(4, time.quality().code());
    moveBoot.setLong(5, boot);
    moveBoot.executeUpdate();
  }

  /** As {@link QuarantineRows#takeGivenUp}. */
  long takeQuarantineGivenUp() {
    return quarantine.takeGivenUp();
  }

  /** When the newest block arrived; 0 if there is none. */
  long newestArrivalMillis() throws SQLException {
    return ExpiredRows.newestArrivalMillis(connection);
  }

  /** As {@link ExpiredRows#delete}. */
  int deleteExpired(Retention retention, long nowMillis, int maxRows) throws SQLException {
    return expired.delete(retention, nowMillis, maxRows);
  }

  long usedBytes() throws SQLException {
    return expired.usedBytes();
  }

  @Override
  public void close() throws SQLException {
    try (connection) {
      rows.close();
      blocks.close();
      lineages.close();
      incarnations.close();
      conflicting.close();
      quarantine.close();
      repeating.close();
      forgotten.close();
      expired.close();
      ids.close();
    }
  }
}
