package io.ebbmesh.sync.log;

import io.ebbmesh.sync.log.Checkpoint.OlderSegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where every durable record is. The lock is held for look-ups and for taking over a group, never
 * for input or output.
 */
final class LogIndex {

  private final Map<String, PersistenceIndex> persistence = new LinkedHashMap<>();
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private @Nullable PersistenceIndex lastInterned;

  /** Whether a look for segments with nothing live may find one. */
  private boolean mayHaveDead = true;

  /** A place to read from; the segment is kept until it is released. */
  record Location(Segment segment, long sequenceNr, int offset, int bodyLength) {}

  synchronized PersistenceIndex intern(String id) {
    return persistence.computeIfAbsent(id, PersistenceIndex::new);
  }

  /** The index of the persistence id whose name an intact header holds. */
  synchronized PersistenceIndex intern(RecordFormat.Parser header) {
    if (lastInterned == null || !header.nameIs(lastInterned.name)) {
      lastInterned = intern(new String(header.name(), StandardCharsets.UTF_8));
    }
    return lastInterned;
  }

  synchronized List<PersistenceIndex> all() {
    return List.copyOf(persistence.values());
  }

  synchronized long highest(String id) {
    PersistenceIndex index = persistence.get(id);
    return index == null ? 0 : index.highest;
  }

  synchronized long lastReadable(String id) {
    PersistenceIndex index = persistence.get(id);
    if (index == null) {
      return 0;
    }
    for (int i = index.runs.size() - 1; i >= 0; i--) {
      Run run = index.runs.get(i);
      for (int j = run.count() - 1; j >= 0; j--) {
        if (index.trims.isLive(run.seqAt(j))) {
          return run.seqAt(j);
        }
      }
    }
    return 0;
  }

  synchronized Checkpoint.Trims trims(String id) {
    PersistenceIndex index = persistence.get(id);
    return index == null ? Checkpoint.Trims.NONE : index.trims;
  }

  /** The first live record at or above a number, its segment held for the caller; null if none. */
  synchronized @Nullable Location hold(String id, long sequenceNr) {
    PersistenceIndex index = persistence.get(id);
    if (index == null) {
      return null;
    }
    for (int i = index.runAtOrAfter(sequenceNr); i < index.runs.size(); i++) {
      Run run = index.runs.get(i);
      for (int j = run.indexAtOrAfter(sequenceNr); j < run.count(); j++) {
        if (index.trims.isLive(run.seqAt(j))) {
          run.segment.readers++;
          return new Location(run.segment, run.seqAt(j), run.offsetAt(j), run.bodyLengthAt(j));
        }
      }
    }
    return null;
  }

  synchronized void release(Segment segment) {
    segment.readers--;
    mayHaveDead |= segment.canBeRecycled();
  }

  /** Takes segments with nothing live out of the index, for the caller to recycle. */
  synchronized List<Segment> claimDead() {
    if (!mayHaveDead) {
      return List.of();
    }
    mayHaveDead = false;
    List<Segment> dead = new ArrayList<>();
    for (Segment segment : segments.values()) {
      if (segment.canBeRecycled()) {
        dead.add(segment);
      }
    }
    for (Segment segment : dead) {
      segments.remove(segment.id);
      for (Run run : segment.runs) {
        run.owner.runs.remove(run);
      }
    }
    return dead;
  }

  synchronized void add(Segment segment) {
    segments.put(segment.id, segment);
  }

  synchronized List<Segment> segments() {
    return List.copyOf(segments.values());
  }

  /** All segments but {@code active}; of {@code cutSegment} only what lies before {@code cut}. */
  synchronized List<OlderSegment> manifest(
      @Nullable Segment active, @Nullable Segment cutSegment, int cut) {
    return segments.values().stream()
        .filter(segment -> segment != active)
        .map(
            segment ->
                new OlderSegment(
                    segment.id, segment.salt, segment == cutSegment ? cut : segment.end))
        .toList();
  }

  synchronized void add(
      PersistenceIndex index, Segment segment, long sequenceNr, int offset, int bodyLength) {
    index.add(segment, sequenceNr, offset, bodyLength);
  }

  synchronized void seal(Segment segment) {
    segment.sealed = true;
    segment.runs.forEach(Run::compact);
    mayHaveDead = true;
  }

  /** The live records of a segment from an offset on, by offset. */
  synchronized List<Moved> liveFrom(Segment segment, int offset) {
    List<Moved> found = new ArrayList<>();
    for (Run run : segment.runs) {
      for (int i = 0; i < run.count(); i++) {
        if (run.offsetAt(i) >= offset && run.owner.trims.isLive(run.seqAt(i))) {
          found.add(new Moved(run.owner, run.seqAt(i), run.offsetAt(i), run.bodyLengthAt(i)));
        }
      }
    }
    found.sort((a, b) -> Integer.compare(a.offset(), b.offset()));
    return found;
  }

  /**
   * Live records of one persistence id in sealed segments that hold little else that lives, from
   * the oldest on: written again elsewhere, they would give the segments back.
   *
   * @param share of a segment's capacity below which its live records keep it from being recycled
   * @param mostBytes of records to name
   */
  synchronized List<Long> sparse(String id, double share, long mostBytes) {
    List<Long> found = new ArrayList<>();
    PersistenceIndex owner = persistence.get(id);
    long room = mostBytes;
    for (Segment segment : segments.values()) {
      if (owner == null || room <= 0) {
        break;
      }
      if (!segment.sealed || segment.runs.stream().noneMatch(run -> run.owner == owner)) {
        continue;
      }
      List<Moved> live = liveFrom(segment, 0);
      long bytes = 0;
      for (Moved record : live) {
        bytes += record.totalBytes();
      }
      if (bytes < share * segment.capacityBytes) {
        for (Moved record : live) {
          if (record.owner() == owner && room > 0) {
            found.add(record.sequenceNr());
            room -= record.totalBytes();
          }
        }
      }
    }
    return found;
  }

  /** A record that is written again into a newer segment. */
  record Moved(PersistenceIndex owner, long sequenceNr, int offset, int bodyLength) {
    int totalBytes() {
      return RecordFormat.totalLength(owner.name.length, bodyLength);
    }
  }

  /**
   * The newer segment takes over from the older one, which keeps what lies before {@code cut}.
   *
   * @param offsets where the moved records are in the newer segment
   */
  synchronized void move(
      @Nullable Segment from, int cut, Segment to, List<Moved> moved, int[] offsets) {
    if (from != null) {
      truncate(from, cut);
      from.sealed = true;
      from.end = Math.min(from.end, cut);
    }
    mayHaveDead = true;
    segments.put(to.id, to);
    for (int i = 0; i < offsets.length; i++) {
      Moved record = moved.get(i);
      record.owner().add(to, record.sequenceNr(), offsets[i], record.bodyLength());
    }
  }

  private static void truncate(Segment segment, int cut) {
    for (Run run : segment.runs) {
      run.truncateAt(cut);
      int live = 0;
      for (int i = 0; i < run.count(); i++) {
        live += run.owner.trims.isLive(run.seqAt(i)) ? 1 : 0;
      }
      segment.live += live - run.live;
      run.live = live;
      if (run.count() == 0) {
        run.owner.runs.remove(run);
      }
      run.compact();
    }
    segment.runs.removeIf(run -> run.count() == 0);
  }

  synchronized void publish(PendingGroup group, Segment segment) {
    mayHaveDead |= group.publish(segment);
  }

  /** Ids of all persistence ids, sorted. */
  synchronized List<String> ids() {
    String[] ids = persistence.keySet().toArray(String[]::new);
    Arrays.sort(ids);
    return List.of(ids);
  }
}
