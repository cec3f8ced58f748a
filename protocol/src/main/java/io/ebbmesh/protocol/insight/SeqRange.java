package io.ebbmesh.protocol.insight;

/** An inclusive run of sequence numbers of one lane; the first sequence number of a lane is 1. */
public record SeqRange(long first, long last) {

  public SeqRange {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("no range of sequence numbers: " + first + ".." + last);
    }
  }

  public long count() {
    return last - first + 1;
  }

  public boolean contains(long seq) {
    return first <= seq && seq <= last;
  }

  @Override
  public String toString() {
    return first + ".." + last;
  }
}
