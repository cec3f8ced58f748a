package io.ebbmesh.sim.machine;

/**
 * The source's own log, outside of the node: what it produced and what it was told is accepted. It
 * survives every crash of the node, as a machine's controller or a file would.
 */
public final class SensorLog {

  private final String source;
  private long firstNanos;
  private final long intervalNanos;
  private long produced;
  private long acceptedTo;
  private long refused;

  SensorLog(String source, long firstNanos, long intervalNanos) {
    this.source = source;
    this.firstNanos = firstNanos;
    this.intervalNanos = intervalNanos;
  }

  /** Its first reading is taken at this time, in nanoseconds of the world, and none before. */
  public void beginAt(long nanos) {
    firstNanos = nanos;
  }

  public String source() {
    return source;
  }

  /** Readings that were handed to the node at least once, or that it knows. */
  public long produced() {
    return produced;
  }

  /** Highest position that was accepted; all before it are accepted or refused. */
  public long acceptedTo() {
    return acceptedTo;
  }

  public long refused() {
    return refused;
  }

  /** When the reading at a position is taken, in nanoseconds of the world. */
  public long takenNanos(long position) {
    return firstNanos + (position - 1) * intervalNanos;
  }

  /** Highest position whose reading has been taken by then. */
  long takenTo(long nowNanos) {
    return nowNanos < firstNanos ? 0 : (nowNanos - firstNanos) / intervalNanos + 1;
  }

  boolean produce(long position) {
    if (position <= produced) {
      return false;
    }
    produced = position;
    return true;
  }

  void accepted(long position) {
    acceptedTo = Math.max(acceptedTo, position);
  }

  void refuse() {
    refused++;
  }
}
