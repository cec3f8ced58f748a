package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.util.Arrays;
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

  /** Puts one block in the place of those that lie inside its range. */
  void replace(SeqRange seqs, long eventNr, int length) {
    removeIf(seqs, block -> seqs.contains(block.first()) && seqs.contains(block.last()));
    compact();
    int at = firstEndingAtOrAfter(seqs.first());
    if (at < end && firsts[at] <= seqs.last()) {
      throw new IllegalStateException("merged block " + seqs + " cuts a block at " + firsts[at]);
    }
    LaneSnapshot.Blocks after = tail(at);
    for (int i = at; i < end; i++) {
      bytes -= lengths[i];
    }
    live = at - head;
    end = at;
    add(seqs, eventNr, length);
    for (int i = 0; i < after.size(); i++) {
      add(after.firsts()[i], after.counts()[i], after.eventNrs()[i], after.lengths()[i]);
    }
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
