package io.ebbmesh.sync.log;

import io.ebbmesh.sync.log.Checkpoint.Trims;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Records that are written and not yet synced: nobody sees them before they are. */
final class PendingGroup {

  private static final int INITIAL = 16;

  private PersistenceIndex[] owners = new PersistenceIndex[INITIAL];
  private long[] seqs = new long[INITIAL];
  private int[] offsets = new int[INITIAL];
  private int[] bodyLengths = new int[INITIAL];
  private int count;
  private final Map<PersistenceIndex, Trims> trims = new LinkedHashMap<>();
  private final Set<PersistenceIndex> touched = new LinkedHashSet<>();

  void add(PersistenceIndex owner, long sequenceNr, int offset, int bodyLength) {
    if (count == seqs.length) {
      owners = Arrays.copyOf(owners, count * 2);
      seqs = Arrays.copyOf(seqs, count * 2);
      offsets = Arrays.copyOf(offsets, count * 2);
      bodyLengths = Arrays.copyOf(bodyLengths, count * 2);
    }
    owners[count] = owner;
    seqs[count] = sequenceNr;
    offsets[count] = offset;
    bodyLengths[count] = bodyLength;
    count++;
    touched.add(owner);
  }

  void trim(PersistenceIndex owner, Trims next) {
    trims.put(owner, next);
  }

  /** Persistence ids with new records. */
  Set<PersistenceIndex> touched() {
    return touched;
  }

  /**
   * Everything is durable: the index takes it over. Called under the index's lock.
   *
   * @return whether something was given up
   */
  boolean publish(Segment segment) {
    for (int i = 0; i < count; i++) {
      owners[i].add(segment, seqs[i], offsets[i], bodyLengths[i]);
    }
    trims.forEach(PersistenceIndex::give);
    return !trims.isEmpty();
  }

  /** The outcome is unknown: the writer goes on from what is known to be durable. */
  void forget() {
    for (int i = 0; i < count; i++) {
      owners[i].appended = owners[i].highest;
    }
    for (PersistenceIndex owner : trims.keySet()) {
      owner.requested = owner.trims;
    }
    clear();
  }

  void clear() {
    Arrays.fill(owners, 0, count, null);
    count = 0;
    trims.clear();
    touched.clear();
  }
}
