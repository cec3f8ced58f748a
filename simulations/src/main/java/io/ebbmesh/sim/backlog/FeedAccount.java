package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Lane;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What producers made and saw accepted; see {@link FeedLog}. */
final class FeedAccount {

  private static final int FIRST_ROOM = 1_024;

  private final Map<String, Track> tracks = new TreeMap<>();

  /** One source: its positions follow each other without a hole. */
  static final class Track {

    private final Lane lane;
    private long first;
    private int count;
    private long[] seqs = new long[FIRST_ROOM];
    private int[] hashes = new int[FIRST_ROOM];
    private long[] madeAtMillis = new long[FIRST_ROOM];

    Track(Lane lane) {
      this.lane = lane;
    }

    void add(long position, long seq, int hash, long made) {
      if (count == 0) {
        first = position;
      }
      if (position != first + count) {
        throw new IllegalStateException(
            "position " + position + " accepted where " + (first + count) + " was to be");
      }
      if (count == seqs.length) {
        seqs = Arrays.copyOf(seqs, 2 * count);
        hashes = Arrays.copyOf(hashes, 2 * count);
        madeAtMillis = Arrays.copyOf(madeAtMillis, 2 * count);
      }
      seqs[count] = seq;
      hashes[count] = hash;
      madeAtMillis[count] = made;
      count++;
    }

    Lane lane() {
      return lane;
    }

    /** Lowest position. */
    long first() {
      return first;
    }

    int count() {
      return count;
    }

    /** Place of a position among those accepted, or -1. */
    int indexOf(long position) {
      long index = position - first;
      return index >= 0 && index < count ? (int) index : -1;
    }

    /** Sequence number, as the outbox answered; 0 if it answered none. */
    long seq(int index) {
      return seqs[index];
    }

    int hash(int index) {
      return hashes[index];
    }

    long madeAtMillis(int index) {
      return madeAtMillis[index];
    }
  }

  Track track(String source, Lane lane) {
    return tracks.computeIfAbsent(source, name -> new Track(lane));
  }

  @Nullable Track find(String source) {
    return tracks.get(source);
  }

  Map<String, Track> sources() {
    return Collections.unmodifiableMap(tracks);
  }

  Collection<Track> tracks() {
    return tracks.values();
  }

  long produced() {
    return tracks.values().stream().mapToLong(Track::count).sum();
  }
}
