package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One place of a lane from which blocks go up, oldest first: named → reading → handed over. A lane
 * has a flow that fills from the oldest block, and with a backlog another one at its head.
 */
final class LaneFlow {

  /** Higher than every sequence number. */
  static final long NO_END = Long.MAX_VALUE;

  private final long weight;

  /** Blocks whose first number is greater were not named yet. */
  private long position;

  /** Blocks from this number on belong to the flow in front; {@link #NO_END} if there is none. */
  private long end;

  private long emptyBeforeSeq;
  private boolean asked;
  private long notBeforeNanos;
  private final Deque<BlockRef> named = new ArrayDeque<>();
  private final Map<Long, BlockRef> reading = new LinkedHashMap<>();
  private long readId;
  private int unacknowledged;

  /** Bytes taken, each divided by the weight: the flow with the least is the next. */
  private long served;

  LaneFlow(long weight, long position, long end) {
    this.weight = weight;
    this.position = position;
    this.end = end;
  }

  long position() {
    return position;
  }

  long served() {
    return served;
  }

  long notBeforeNanos() {
    return notBeforeNanos;
  }

  void lookAgainFrom(long nowNanos) {
    if (notBeforeNanos <= nowNanos) {
      notBeforeNanos = 0;
    }
  }

  boolean isReading() {
    return !reading.isEmpty();
  }

  int blocksReading() {
    return reading.size();
  }

  long bytesReading() {
    long bytes = 0;
    for (BlockRef ref : reading.values()) {
      bytes += ref.bytes();
    }
    return bytes;
  }

  /** Whether something is left of it up to {@code nextSeq}. */
  boolean hasMore(long nextSeq) {
    return isReading()
        || !named.isEmpty()
        || position < Math.min(end, nextSeq) - 1 && emptyBeforeSeq < Math.min(end, nextSeq);
  }

  /** Everything before the end was named. */
  boolean hasMet() {
    return end != NO_END && position >= end - 1 && named.isEmpty() && !isReading();
  }

  /** The flow in front has left what lies before {@code newEnd}. */
  void extendTo(long newEnd) {
    end = newEnd;
  }

  /** Goes on at the head. */
  void jumpTo(long newPosition) {
    position = newPosition;
    emptyBeforeSeq = 0;
    asked = false;
    named.clear();
  }

  /** A flow that was idle has no claim to what the others took meanwhile. */
  void catchUp(long least) {
    served = Math.max(served, least);
  }

  /** Returns whether names of further blocks are to be asked for, after {@link #position}. */
  boolean asks(long nextSeq) {
    if (asked || !named.isEmpty() || notBeforeNanos > 0) {
      return false;
    }
    long reach = Math.min(end, nextSeq);
    asked = position < reach - 1 && emptyBeforeSeq < reach;
    return asked;
  }

  boolean awaits(HeldBlocks answer) {
    return asked && answer.afterSeq() == position;
  }

  void onBlocks(HeldBlocks answer, long nextSeq) {
    asked = false;
    for (BlockRef ref : answer.blocks()) {
      if (ref.seqs().first() >= end) {
        position = end - 1;
        return;
      }
      position = ref.seqs().last();
      named.add(ref);
    }
    if (answer.blocks().isEmpty()) {
      emptyBeforeSeq = nextSeq;
      position = end == NO_END ? position : end - 1;
    }
  }

  /** Drops from the front what needs no sending; returns the next block, null if none is named. */
  @Nullable BlockRef next(Predicate<BlockRef> settled) {
    while (!named.isEmpty() && settled.test(named.element())) {
      named.remove();
    }
    return named.peek();
  }

  /**
   * Takes the named blocks that come next and fit.
   *
   * @param id of the reading
   * @param mayExceed whether a single block above {@code mostBytes} may go
   */
  List<BlockRef> take(
      long id, long mostBytes, boolean mayExceed, int mostBlocks, Predicate<BlockRef> settled) {
    List<BlockRef> run = new ArrayList<>();
    long bytes = 0;
    for (BlockRef next = next(settled); next != null; next = next(settled)) {
      boolean fits = bytes + next.bytes() <= mostBytes || mayExceed && run.isEmpty();
      // Blocks that were merged stand later in the journal than their neighbours.
      boolean follows = run.isEmpty() || run.get(run.size() - 1).eventNr() < next.eventNr();
      if (!fits || !follows || run.size() >= mostBlocks) {
        break;
      }
      run.add(named.remove());
      bytes += next.bytes();
      reading.put(next.eventNr(), next);
    }
    if (!run.isEmpty()) {
      readId = id;
      served += Math.max(1, bytes / weight);
    }
    return run;
  }

  boolean reads(long id) {
    return isReading() && readId == id;
  }

  /** A block of the reading is there and goes; null if it is not one that was asked for. */
  @Nullable BlockRef given(long eventNr) {
    BlockRef ref = reading.remove(eventNr);
    unacknowledged += ref == null ? 0 : 1;
    return ref;
  }

  /** One block less is on its way. */
  void acknowledged() {
    unacknowledged--;
  }

  /** Whether nothing of it is being read or on its way. */
  boolean isSparse() {
    return unacknowledged == 0 && !isReading();
  }

  /** The reading is over: what it did not give is looked for again from then on. */
  List<BlockRef> readOver(long againAtNanos) {
    List<BlockRef> missing = List.copyOf(reading.values());
    long first = NO_END;
    for (BlockRef ref : missing) {
      first = Math.min(first, ref.seqs().first());
    }
    reading.clear();
    if (!missing.isEmpty()) {
      jumpTo(first - 1);
      notBeforeNanos = againAtNanos;
    }
    return missing;
  }
}
