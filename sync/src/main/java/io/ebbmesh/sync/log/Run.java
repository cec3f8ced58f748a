package io.ebbmesh.sync.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of one persistence id lie in one segment, ascending; guarded by the index's
 * lock.
 */
final class Run {

  private static final int INITIAL = 8;

  final PersistenceIndex owner;
  final Segment segment;
  final long firstSeq;

  /** Records that are neither deleted nor trimmed. */
  int live;

  private int count;

  /** Distance to {@code firstSeq}; null as long as the numbers have no gap. */
  private int @Nullable [] deltas;

  private int[] offsets = new int[INITIAL];
  private int[] bodyLengths = new int[INITIAL];

  Run(PersistenceIndex owner, Segment segment, long firstSeq) {
    this.owner = owner;
    this.segment = segment;
    this.firstSeq = firstSeq;
  }

  int count() {
    return count;
  }

  long seqAt(int index) {
    return firstSeq + (deltas == null ? index : deltas[index]);
  }

  long lastSeq() {
    return seqAt(count - 1);
  }

  int offsetAt(int index) {
    return offsets[index];
  }

  int bodyLengthAt(int index) {
    return bodyLengths[index];
  }

  /** Whether a record of this number can still be added to this run. */
  boolean takes(long sequenceNr) {
    return sequenceNr - firstSeq <= Integer.MAX_VALUE;
  }

  void add(long sequenceNr, int offset, int bodyLength) {
    if (count == offsets.length) {
      resize(count * 2);
    }
    int delta = (int) (sequenceNr - firstSeq);
    if (deltas == null && delta != count) {
      int[] explicit = new int[offsets.length];
      for (int i = 0; i < count; i++) {
        explicit[i] = i;
      }
      deltas = explicit;
    }
    if (deltas != null) {
      deltas[count] = delta;
    }
    offsets[count] = offset;
    bodyLengths[count] = bodyLength;
    count++;
  }

  private void resize(int capacity) {
    offsets = Arrays.copyOf(offsets, capacity);
    bodyLengths = Arrays.copyOf(bodyLengths, capacity);
    if (deltas != null) {
      deltas = Arrays.copyOf(deltas, capacity);
    }
  }

  /** Gives back what was reserved for more records. */
  void compact() {
    if (offsets.length > count) {
      resize(count);
    }
  }

  /** Index of the first record whose number is at least {@code sequenceNr}; count if none. */
  int indexAtOrAfter(long sequenceNr) {
    if (deltas == null) {
      return (int) Math.max(0, Math.min(count, sequenceNr - firstSeq));
    }
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (seqAt(middle) < sequenceNr) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  int countIn(long first, long last) {
    return indexAtOrAfter(last == Long.MAX_VALUE ? last : last + 1) - indexAtOrAfter(first);
  }

  /** Forgets the records at and behind an offset. */
  void truncateAt(int offset) {
    while (count > 0 && offsets[count - 1] >= offset) {
      count--;
    }
  }
}
