package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Acknowledged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlockAppended;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.FoldMoved;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeFolded;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Trimmed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a lane knows of its sequence numbers; changed by events alone.
 *
 * <p>Each number below {@code nextSeq} is in a held block, acknowledged, or declared lost; a block
 * leaves the index when all of it is acknowledged or lost. After recovery from a damaged journal
 * {@link #missing} names the numbers for which that is not so; declaring them lost mends it.
 *
 * <pre>
 * event              nextSeq        held blocks         acknowledged   lost
 * BlockAppended      after block    + block
 * BlocksMerged       at least its   one for several
 * Acknowledged                      - settled           + held - lost
 * RangeDeclaredLost  after range    - settled                          + ranges - acknowledged
 * RangeFolded        likewise; kept in the journal until FoldMoved
 * Trimmed            at least its   - settled           + its          + its
 * </pre>
 *
 * Confined to the actor that owns it; {@link #snapshot} gives what may leave it.
 */
final class LaneState {

  private static final int MAX_TRIM_RANGES = 1_000;

  private final SourcePositions sources;
  private final BlockIndex blocks;
  private final TreeMap<Long, LossRecord> losses = new TreeMap<>();
  private final TreeSet<Long> folds = new TreeSet<>();
  private long nextSeq = 1;
  private SeqRanges acknowledged = SeqRanges.EMPTY;
  private SeqRanges lost = SeqRanges.EMPTY;
  private long lossId;
  private LaneTotals totals = LaneTotals.ZERO;
  private int largestBlock;
  private long trimFloor;
  private long lastEventNr;
  private long unread;
  private long releasedBytes;

  private LaneState(int maxSources, BlockIndex blocks) {
    this.sources = new SourcePositions(maxSources);
    this.blocks = blocks;
  }

  static LaneState empty(int maxSources) {
    return new LaneState(maxSources, new BlockIndex());
  }

  static LaneState of(LaneSnapshot snapshot, int maxSources) {
    LaneState state = new LaneState(maxSources, BlockIndex.of(snapshot.blocks()));
    snapshot.sources().forEach(state.sources::advance);
    for (LossRecord loss : snapshot.losses()) {
      state.losses.put(loss.id(), loss);
    }
    state.folds.addAll(snapshot.folds());
    state.nextSeq = snapshot.nextSeq();
    state.acknowledged = snapshot.acknowledged();
    state.lost = snapshot.lost();
    state.lossId = snapshot.lossId();
    state.totals = snapshot.totals();
    state.largestBlock = snapshot.largestBlock();
    state.trimFloor = snapshot.trimFloor();
    state.lastEventNr = snapshot.eventNr();
    return state;
  }

  LaneSnapshot snapshot() {
    return new LaneSnapshot(
        lastEventNr,
        nextSeq,
        acknowledged,
        lost,
        lossId,
        unacknowledgedLosses(),
        sources.copy(),
        blocks.copy(),
        totals,
        largestBlock,
        trimFloor,
        folds());
  }

  /**
   * The event handler.
   *
   * @param eventNr number that the journal gave the event
   * @return this
   * @throws IllegalStateException if the event cannot follow what was applied
   */
  LaneState apply(long eventNr, LaneEvent event) {
    unread += Math.max(0, eventNr - lastEventNr - 1);
    lastEventNr = Math.max(lastEventNr, eventNr);
    if (event instanceof BlockAppended appended) {
      append(eventNr, appended);
    } else if (event instanceof Acknowledged acked) {
      acknowledge(acked.held(), acked.lossId());
    } else if (event instanceof RangeDeclaredLost declared) {
      declareLost(declared.loss());
    } else if (event instanceof RangeFolded folded) {
      declareLost(folded.loss());
      folds.add(eventNr);
    } else if (event instanceof FoldMoved moved) {
      folds.remove(moved.eventNr());
    } else if (event instanceof Trimmed trimmed) {
      trim(eventNr, trimmed);
    } else if (event instanceof BlocksMerged merged) {
      merge(eventNr, merged);
    }
    return this;
  }

  private void append(long eventNr, BlockAppended appended) {
    SeqRange seqs = appended.seqs();
    if (seqs.first() < nextSeq) {
      throw new IllegalStateException(
          "block " + seqs + " of event " + eventNr + " reuses numbers below " + nextSeq);
    }
    blocks.add(seqs, eventNr, appended.block().length);
    nextSeq = seqs.last() + 1;
    unread = 0;
    largestBlock = Math.max(largestBlock, Math.toIntExact(seqs.count()));
    totals = totals.plusBlock(seqs.count(), appended.block().length);
    for (SourceHead head : appended.sources()) {
      sources.advance(head);
    }
  }

  private void merge(long eventNr, BlocksMerged merged) {
    // If the events of its parts cannot be read any more, it still says what they said.
    if (!blocks.covers(merged.seqs())) {
      sources.advanceBy(merged.block());
    }
    releasedBytes += blocks.replace(merged.seqs(), eventNr, merged.block().length);
    nextSeq = Math.max(nextSeq, merged.seqs().last() + 1);
    removeSettled(SeqRanges.of(merged.seqs()).minus(open(merged.seqs())));
  }

  private void acknowledge(SeqRanges held, long upToLossId) {
    SeqRanges news = below(nextSeq, held).minus(acknowledged).minus(lost);
    acknowledged = acknowledged.plus(news);
    removeSettled(news);
    lossId = Math.max(lossId, upToLossId);
    losses.headMap(lossId, true).clear();
  }

  private void declareLost(LossRecord loss) {
    SeqRanges news = loss.ranges().minus(acknowledged);
    lost = lost.plus(news);
    List<SeqRange> ranges = loss.ranges().ranges();
    nextSeq = Math.max(nextSeq, ranges.get(ranges.size() - 1).last() + 1);
    if (loss.reason() == LossReason.TORN_TAIL) {
      unread = 0;
    }
    if (loss.id() > lossId) {
      losses.values().removeIf(before -> saysAll(loss, before));
      losses.put(loss.id(), loss);
    }
    removeSettled(news);
  }

  /** Whether the hub learns all that a record has to say from a later one. */
  private static boolean saysAll(LossRecord later, LossRecord before) {
    return before.reason() == later.reason()
        && before.sketch().length == 0
        && before.ranges().minus(later.ranges()).isEmpty();
  }

  private void trim(long eventNr, Trimmed trimmed) {
    acknowledged = acknowledged.plus(trimmed.acknowledged());
    lost = lost.plus(trimmed.lost());
    nextSeq = Math.max(nextSeq, trimmed.nextSeq());
    lossId = Math.max(lossId, trimmed.lossId());
    trimmed.losses().forEach(loss -> losses.put(loss.id(), loss));
    losses.headMap(lossId, true).clear();
    folds.addAll(trimmed.folds());
    totals = trimmed.totals();
    trimFloor = eventNr;
    unread = 0;
    removeSettled(trimmed.acknowledged().plus(trimmed.lost()));
    releasedBytes = 0;
  }

  /** The event after which all that came before may be deleted, but for what blocks hold. */
  Trimmed trimmed() {
    return new Trimmed(
        nextSeq, acknowledged, lost, lossId, totals, unacknowledgedLosses(), folds());
  }

  private void removeSettled(SeqRanges news) {
    for (SeqRange range : news.ranges()) {
      releasedBytes += blocks.removeIf(range, this::isSettled);
    }
  }

  private boolean isSettled(SeqRange seqs) {
    return acknowledged.containsAll(seqs)
        || lost.containsAll(seqs)
        || acknowledged.intersects(seqs) && acknowledged.plus(lost).containsAll(seqs);
  }

  private static SeqRanges below(long limit, SeqRanges ranges) {
    List<SeqRange> all = ranges.ranges();
    if (all.isEmpty() || all.get(all.size() - 1).last() < limit) {
      return ranges;
    }
    return ranges.minus(new SeqRange(limit, Long.MAX_VALUE));
  }

  /** Numbers below {@code nextSeq} that are neither held nor acknowledged nor declared lost. */
  SeqRanges missing() {
    SeqRanges open =
        nextSeq == 1
            ? SeqRanges.EMPTY
            : SeqRanges.of(new SeqRange(1, nextSeq - 1)).minus(acknowledged).minus(lost);
    List<SeqRange> missing = new ArrayList<>();
    for (SeqRange gap : open.ranges()) {
      addUncovered(gap, missing);
    }
    return SeqRanges.of(missing);
  }

  LaneReader.LaneBooks books(Lane lane) {
    long open = nextSeq - 1 - acknowledged.count() - lost.count();
    return new LaneReader.LaneBooks(
        lane,
        nextSeq - 1,
        acknowledged.count(),
        lost.count(),
        open - missing().count(),
        blocks.size(),
        blocks.bytes(),
        losses.size());
  }

  private void addUncovered(SeqRange gap, List<SeqRange> missing) {
    long from = gap.first();
    for (int i = blocks.positionEndingAtOrAfter(from);
        blocks.isPosition(i) && from <= gap.last();
        i = blocks.next(i)) {
      SeqRange block = blocks.seqsAt(i);
      if (block.first() > gap.last()) {
        break;
      }
      if (block.first() > from) {
        missing.add(new SeqRange(from, block.first() - 1));
      }
      from = block.last() + 1;
    }
    if (from <= gap.last()) {
      missing.add(new SeqRange(from, gap.last()));
    }
  }

  /** Whether acknowledging {@code held} would change nothing. */
  boolean coversAll(SeqRanges held) {
    return below(nextSeq, held).minus(acknowledged).minus(lost).isEmpty();
  }

  /** What of {@code seqs} is neither acknowledged nor declared lost. */
  SeqRanges open(SeqRange seqs) {
    return SeqRanges.of(seqs).minus(acknowledged).minus(lost);
  }

  /**
   * Numbers of events that hold nothing any more: all but those of held blocks and of folds that
   * are not moved yet. The oldest {@value #MAX_TRIM_RANGES} runs of them.
   *
   * @param floor no event at or above it
   */
  SeqRanges deletable(long floor) {
    List<SeqRange> ranges = new ArrayList<>();
    long from = 1;
    for (long keep : keptBelow(floor)) {
      if (keep > from && ranges.size() < MAX_TRIM_RANGES) {
        ranges.add(new SeqRange(from, keep - 1));
      }
      from = keep + 1;
    }
    if (from < floor && ranges.size() < MAX_TRIM_RANGES) {
      ranges.add(new SeqRange(from, floor - 1));
    }
    return SeqRanges.of(ranges);
  }

  private long[] keptBelow(long floor) {
    long[] kept = new long[blocks.size()];
    int count = 0;
    for (int i = blocks.positionAfter(0); blocks.isPosition(i); i = blocks.next(i)) {
      if (blocks.eventNrAt(i) < floor) {
        kept[count++] = blocks.eventNrAt(i);
      }
    }
    kept = Arrays.copyOf(kept, count + folds.size());
    for (long fold : folds) {
      kept[count++] = fold < floor ? fold : floor;
    }
    Arrays.sort(kept);
    return kept;
  }

  List<LossRecord> unacknowledgedLosses() {
    return List.copyOf(losses.values());
  }

  /** Numbers of events whose aggregates are not in their lane yet, ascending. */
  List<Long> folds() {
    return List.copyOf(folds);
  }

  long nextSeq() {
    return nextSeq;
  }

  SeqRanges acknowledged() {
    return acknowledged;
  }

  SeqRanges lost() {
    return lost;
  }

  long lossId() {
    return lossId;
  }

  LaneTotals totals() {
    return totals;
  }

  /** For questions; only events change it. */
  BlockIndex blocks() {
    return blocks;
  }

  int heldBlocks() {
    return blocks.size();
  }

  long heldBytes() {
    return blocks.bytes();
  }

  /** Most insights that a block had when it was appended. */
  int largestBlock() {
    return largestBlock;
  }

  /** Number of the last {@link Trimmed}; 0 if none. */
  long trimFloor() {
    return trimFloor;
  }

  /** Number of the last event that was applied. */
  long lastEventNr() {
    return lastEventNr;
  }

  /**
   * Events that were not read, up to the highest one, and whose numbers may be at or above {@link
   * #nextSeq}: no later event says where the numbers went on.
   */
  long unread(long highestEventNr) {
    return unread + Math.max(0, highestEventNr - lastEventNr);
  }

  /** Bytes of blocks that left the index since the last {@link Trimmed}. */
  long releasedBytes() {
    return releasedBytes;
  }

  SourcePositions sources() {
    return sources;
  }
}
