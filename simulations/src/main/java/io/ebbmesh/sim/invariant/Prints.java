package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.util.Arrays;

/** A fingerprint of each insight that is stored of a lane, by sequence number. */
final class Prints {

  static final long NONE = 0;

  private static final long MIX = 0x9e3779b97f4a7c15L;

  private long first = 1;
  private long[] prints = new long[0];

  /**
   * Of what an insight is about and when it was observed: a reading that is repeated after its disk
   * went back is another one. {@link #NONE} if it has no source.
   */
  static long of(Insight insight) {
    SourcePosition source = insight.source();
    return source == null
        ? NONE
        : (source.source().hashCode() * MIX + source.position() + insight.observedNanos() * MIX)
            | 1;
  }

  long at(long seq) {
    long index = seq - first;
    return index < 0 || index >= prints.length ? NONE : prints[(int) index];
  }

  void put(long seq, long print) {
    if (prints.length == 0) {
      first = seq;
      prints = new long[16];
    } else if (seq < first) {
      int shift = Math.toIntExact(first - seq);
      long[] wider = new long[prints.length + shift];
      System.arraycopy(prints, 0, wider, shift, prints.length);
      prints = wider;
      first = seq;
    }
    int index = Math.toIntExact(seq - first);
    if (index >= prints.length) {
      prints = Arrays.copyOf(prints, Math.max(index + 1, prints.length + prints.length / 2));
    }
    prints[index] = print;
  }
}
