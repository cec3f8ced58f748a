package io.ebbmesh.sim.backlog;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sim.demo.Books;
import io.ebbmesh.sim.process.MachineClock;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.outbox.StoppedOutbox;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares the source's own log with both ends of the road, which have stopped.
 *
 * @param produced insights in the source's own log, all accepted
 * @param stored of these, what the hub has a row of
 * @param quarantined insights that reached the hub damaged
 * @param declaredLost insights that were given up
 * @param pending insights in the outbox that the hub does not hold
 * @param duplicates rows whose position another row already has
 * @param unknown rows that no source made
 * @param wrong rows with another number than was answered, or another content than was made
 * @param sizes of the rows as blocks
 */
record Ledger(
    long produced,
    long stored,
    long quarantined,
    long declaredLost,
    long pending,
    long duplicates,
    long unknown,
    long wrong,
    Sizes sizes) {

  private static final int LARGE_BLOCK = 1_000;
  private static final int ZSTD_LEVEL = 3;
  private static final UUID ANY_BOOT = new UUID(0x0123456789abcdefL, 0xfedcba9876543210L);

  /**
   * Bytes of the stored insights, encoded again.
   *
   * @param blocks in which they arrived
   * @param blockBytes of these blocks
   * @param largeBlockBytes of blocks of 1,000
   */
  record Sizes(long blocks, long blockBytes, long largeBlockBytes) {}

  /** Nothing lost without a word, nothing twice, nothing changed. */
  @JsonProperty
  boolean balanced() {
    return produced == stored + quarantined + declaredLost + pending
        && duplicates == 0
        && unknown == 0
        && wrong == 0;
  }

  /** Everything that was produced is at the hub. */
  boolean complete() {
    return balanced() && stored == produced;
  }

  /** For a terminal. */
  String text() {
    return String.format(
        Locale.ROOT,
        "books: %,d produced = %,d stored + %,d quarantined + %,d declared lost + %,d pending;"
            + " %,d duplicates, %,d unknown, %,d wrong: %s",
        produced,
        stored,
        quarantined,
        declaredLost,
        pending,
        duplicates,
        unknown,
        wrong,
        complete() ? "complete" : balanced() ? "BALANCED BUT NOT COMPLETE" : "NOT BALANCED");
  }

  /**
   * @param outbox the node's store
   * @param hub the hub's store
   */
  static Ledger of(FeedAccount account, NodeId node, Path outbox, Path hub) throws IOException {
    OutboxReport left = StoppedOutbox.read(outbox, new MachineClock(), false);
    try (HubStoreReport store = HubStoreReport.open(hub)) {
      List<LaneReport> lanes =
          store.lanes().stream().filter(lane -> lane.node().equals(node)).toList();
      Rows rows = new Rows(account);
      store.insights(node, rows::add);
      rows.end();
      return new Ledger(
          account.produced(),
          rows.stored,
          lanes.stream().mapToLong(lane -> lane.quarantined().count()).sum(),
          Books.declaredLost(left, lanes),
          Books.pending(left, lanes),
          rows.duplicates,
          rows.unknown,
          rows.wrong,
          new Sizes(rows.arrived.blocks, rows.arrived.bytes, rows.large.bytes));
    }
  }

  /** Takes the rows of a node by incarnation, lane and sequence number. */
  private static final class Rows {

    private final FeedAccount account;
    private final Map<FeedAccount.Track, BitSet> seen = new IdentityHashMap<>();
    private final Encoded arrived = new Encoded(Integer.MAX_VALUE);
    private final Encoded large = new Encoded(LARGE_BLOCK);
    private @Nullable StoredInsight last;
    private long stored;
    private long duplicates;
    private long unknown;
    private long wrong;

    Rows(FeedAccount account) {
      this.account = account;
    }

    void add(StoredInsight row) {
      count(row);
      StoredInsight before = last;
      boolean sameLane =
          before != null
              && before.lane() == row.lane()
              && before.incarnation().equals(row.incarnation());
      if (!sameLane) {
        large.end();
      }
      if (before == null || !sameLane || before.blockFirstSeq() != row.blockFirstSeq()) {
        arrived.end();
      }
      arrived.add(row);
      large.add(row);
      last = row;
    }

    private void count(StoredInsight row) {
      SourcePosition source = row.insight().source();
      FeedAccount.Track track = source == null ? null : account.find(source.source());
      int index = source == null || track == null ? -1 : track.indexOf(source.position());
      if (track == null || index < 0) {
        unknown++;
        return;
      }
      BitSet of = seen.computeIfAbsent(track, any -> new BitSet());
      if (of.get(index)) {
        duplicates++;
        return;
      }
      of.set(index);
      stored++;
      boolean right =
          track.hash(index) == FeedLog.hash(row.insight())
              && track.lane() == row.lane()
              && (track.seq(index) == 0 || track.seq(index) == row.seq());
      wrong += right ? 0 : 1;
    }

    void end() {
      arrived.end();
      large.end();
    }
  }

  /** Rows as blocks of a size. */
  private static final class Encoded {

    private final BlockEncoder encoder = new BlockEncoder(ZSTD_LEVEL);
    private final int insights;
    private @Nullable StoredInsight first;
    private long blocks;
    private long bytes;

    Encoded(int insights) {
      this.insights = insights;
    }

    void add(StoredInsight row) {
      if (encoder.count() == insights || !encoder.hasRoomFor(row.insight())) {
        end();
      }
      if (first == null) {
        first = row;
      }
      encoder.add(row.insight());
    }

    void end() {
      StoredInsight from = first;
      if (from != null) {
        long nanos = from.insight().observedNanos();
        BootTime base = new BootTime(ANY_BOOT, nanos, 1_800_000_000_000L, ClockQuality.CARRIED);
        blocks++;
        bytes += encoder.encode(from.lane(), from.seq(), base).bytes().length;
      }
      first = null;
    }
  }
}
