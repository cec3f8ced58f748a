package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which blocks a lane holds, ascending by sequence number, in 24 bytes a block.
 *
 * <p>Removed entries stay as gravestones (count 0) until they outnumber the others; those at the
 * front go at once, so that acknowledging in order costs nothing.
 */
final class BlockIndex {

  private static final int INITIAL_CAPACITY = 64;

  private long[] firsts;
  private int[] counts;
  private long[] eventNrs;
  private int[] lengths;
  private int head;
  private int end;
  private int live;
  private long bytes;

  BlockIndex() {
    this(INITIAL_CAPACITY);
  }

  private BlockIndex(int capacity) {
    firsts = new long[capacity];
    counts = new int[capacity];
    eventNrs = new long[capacity];
    lengths = new int[capacity];
  }

  static BlockIndex of(LaneSnapshot.Blocks blocks) {
    BlockIndex index = new BlockIndex(Math.max(INITIAL_CAPACITY, blocks.size()));
    for (int i = 0; i < blocks.size(); i++) {
      index.add(blocks.firsts()[i], blocks.counts()[i], blocks.eventNrs()[i], blocks.lengths()[i]);
    }
    return index;
  }

  LaneSnapshot.Blocks copy() {
    compact();
    return new LaneSnapshot.Blocks(
        Arrays.copyOfRange(firsts, head, end),
        Arrays.copyOfRange(counts, head, end),
        Arrays.copyOfRange(eventNrs, head, end),
        Arrays.copyOfRange(lengths, head, end));
  }

  int size() {
    return live;
  }

  /** Length of all blocks together. */
  long bytes() {
    return bytes;
  }

  void add(SeqRange seqs, long eventNr, int length) {
    add(seqs.first(), Math.toIntExact(seqs.count()), eventNr, length);
  }

  private void add(long first, int count, long eventNr, int length) {
    if (end > head && first < firsts[end - 1] + Math.max(1, counts[end - 1])) {
      throw new IllegalStateException(
          "block " + first + " does not follow the last one at " + firsts[end - 1]);
    }
    if (end == firsts.length) {
      makeRoom();
    }
    firsts[end] = first;
    counts[end] = count;
    eventNrs[end] = eventNr;
    lengths[end] = length;
    end++;
    live++;
    bytes += length;
  }

  /**
   * Puts one block in the place of those that lie inside its range.
   *
   * @return bytes of the replaced blocks
   */
  long replace(SeqRange seqs, long eventNr, int length) {
    int from = firstEndingAtOrAfter(seqs.first());
    int to = from;
    while (to < end && firsts[to] <= seqs.last()) {
      to++;
    }
    for (int i = from; i < to; i++) {
      if (counts[i] > 0 && !(seqs.contains(firsts[i]) && seqs.contains(seqsAt(i).last()))) {
        throw new IllegalStateException("merged block " + seqs + " cuts a block at " + firsts[i]);
      }
    }
    if (from == to) {
      insert(from, seqs, eventNr, length);
      return 0;
    }
    long replaced = 0;
    for (int i = from; i < to; i++) {
      if (counts[i] > 0) {
        replaced += lengths[i];
        live--;
      }
      // Gravestones end where the new block does, so that ends still ascend.
      firsts[i] = seqs.last();
      counts[i] = 0;
    }
    set(from, seqs, eventNr, length);
    bytes -= replaced;
    return replaced;
  }

  /** For a block whose parts were lost: rare, so it may copy. */
  private void insert(int at, SeqRange seqs, long eventNr, int length) {
    LaneSnapshot.Blocks after = tail(at);
    for (int i = at; i < end; i++) {
      bytes -= lengths[i] * (counts[i] > 0 ? 1L : 0L);
      live -= counts[i] > 0 ? 1 : 0;
    }
    end = at;
    add(seqs, eventNr, length);
    for (int i = 0; i < after.size(); i++) {
      if (after.counts()[i] > 0) {
        add(after.firsts()[i], after.counts()[i], after.eventNrs()[i], after.lengths()[i]);
      }
    }
  }

  private void set(int at, SeqRange seqs, long eventNr, int length) {
    firsts[at] = seqs.first();
    counts[at] = Math.toIntExact(seqs.count());
    eventNrs[at] = eventNr;
    lengths[at] = length;
    live++;
    bytes += length;
  }

  private LaneSnapshot.Blocks tail(int from) {
    return new LaneSnapshot.Blocks(
        Arrays.copyOfRange(firsts, from, end),
        Arrays.copyOfRange(counts, from, end),
        Arrays.copyOfRange(eventNrs, from, end),
        Arrays.copyOfRange(lengths, from, end));
  }

  /**
   * Removes the blocks that meet {@code range} and fulfil {@code condition}.
   *
   * @return bytes of the removed blocks
   */
  long removeIf(SeqRange range, Predicate<SeqRange> condition) {
    long removed = 0;
    for (int i = firstEndingAtOrAfter(range.first()); i < end && firsts[i] <= range.last(); i++) {
      if (counts[i] > 0 && condition.test(seqsAt(i))) {
        counts[i] = 0;
        live--;
        removed += lengths[i];
      }
    }
    bytes -= removed;
    while (head < end && counts[head] == 0) {
      head++;
    }
    if (end - head > 2 * live + INITIAL_CAPACITY) {
      compact();
    }
    return removed;
  }

  /** Whether each number of a range is in a block. */
  boolean covers(SeqRange seqs) {
    long found = 0;
    for (int i = positionAfter(seqs.first() - 1);
        isPosition(i) && at(i).seqs().last() <= seqs.last();
        i = next(i)) {
      found += at(i).seqs().count();
    }
    return found == seqs.count();
  }

  /** Position of the first block whose first sequence number is greater than {@code seq}. */
  int positionAfter(long seq) {
    int low = head;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (firsts[middle] <= seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return skipGravestones(low);
  }

  /** Position of the first block that reaches {@code seq} or lies after it. */
  int positionEndingAtOrAfter(long seq) {
    return skipGravestones(firstEndingAtOrAfter(seq));
  }

  /** Position of the block after the one at {@code position}. */
  int next(int position) {
    return skipGravestones(position + 1);
  }

  boolean isPosition(int position) {
    return position < end;
  }

  BlockRef at(int position) {
    return new BlockRef(seqsAt(position), eventNrs[position], lengths[position]);
  }

  SeqRange seqsAt(int position) {
    return new SeqRange(firsts[position], firsts[position] + counts[position] - 1);
  }

  long eventNrAt(int position) {
    return eventNrs[position];
  }

  /** Held blocks after a sequence number, oldest first, leaving out what {@code held} covers. */
  List<BlockRef> after(long afterSeq, int maxBlocks, long maxBytes, SeqRanges held) {
    List<BlockRef> found = new ArrayList<>();
    long room = maxBytes;
    for (int i = positionAfter(afterSeq); isPosition(i) && found.size() < maxBlocks; i = next(i)) {
      BlockRef block = at(i);
      if (held.containsAll(block.seqs())) {
        continue;
      }
      room -= block.bytes();
      if (room < 0 && !found.isEmpty()) {
        break;
      }
      found.add(block);
    }
    return found;
  }

  /**
   * Blocks that follow each other without a hole and fit into one.
   *
   * @param fromSeq the first block that reaches it or lies after it is the first of the run
   * @param excluded ends the run before a block of these
   * @return empty if no block is left; one block if it fits with no neighbour
   */
  List<BlockRef> neighbours(long fromSeq, int maxInsights, long maxBytes, SeqRanges excluded) {
    List<BlockRef> run = new ArrayList<>();
    long insights = 0;
    long bytes = 0;
    for (int i = positionEndingAtOrAfter(fromSeq); isPosition(i); i = next(i)) {
      BlockRef block = at(i);
      insights += block.seqs().count();
      bytes += block.bytes();
      boolean joins =
          run.isEmpty()
              || run.get(run.size() - 1).seqs().last() + 1 == block.seqs().first()
                  && insights <= maxInsights
                  && bytes <= maxBytes
                  && !excluded.intersects(block.seqs());
      if (!joins) {
        break;
      }
      run.add(block);
      if (excluded.intersects(block.seqs())) {
        break;
      }
    }
    return run;
  }

  /** First number of the first block after a sequence number; {@code otherwise} if none is. */
  long firstAfter(long afterSeq, long otherwise) {
    int position = positionAfter(afterSeq);
    return isPosition(position) ? firsts[position] : otherwise;
  }

  /**
   * Held blocks whose events have these numbers.
   *
   * @param eventNrs ascending
   */
  List<BlockRef> ofEvents(long[] eventNrs) {
    List<BlockRef> found = new ArrayList<>();
    for (int i = positionAfter(0); isPosition(i); i = next(i)) {
      if (Arrays.binarySearch(eventNrs, eventNrAt(i)) >= 0) {
        found.add(at(i));
      }
    }
    return found;
  }

  /** Whether this very block is held. */
  boolean holds(BlockRef block) {
    int position = positionEndingAtOrAfter(block.seqs().first());
    return isPosition(position) && at(position).equals(block);
  }

  private int skipGravestones(int from) {
    int position = from;
    while (position < end && counts[position] == 0) {
      position++;
    }
    return position;
  }

  private int firstEndingAtOrAfter(long seq) {
    int low = head;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (firsts[middle] + Math.max(1, counts[middle]) - 1 < seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void makeRoom() {
    compact();
    if (end > firsts.length / 2) {
      int capacity = firsts.length * 2;
      firsts = Arrays.copyOf(firsts, capacity);
      counts = Arrays.copyOf(counts, capacity);
      eventNrs = Arrays.copyOf(eventNrs, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
    }
  }

  private void compact() {
    int to = 0;
    for (int i = head; i < end; i++) {
      if (counts[i] > 0) {
        firsts[to] = firsts[i];
        counts[to] = counts[i];
        eventNrs[to] = eventNrs[i];
        lengths[to] = lengths[i];
        to++;
      }
    }
    head = 0;
    end = to;
  }
}
