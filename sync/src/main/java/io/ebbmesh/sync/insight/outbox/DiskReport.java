package io.ebbmesh.sync.insight.outbox;

/**
 * How the outbox stands with its disk.
 *
 * @param budgetBytes that blocks of all lanes may take now
 * @param heldBytes that they take
 * @param reservedBytes taken on the disk for what gives room back
 * @param bytesPerHour that the lanes take in, as they are held; -1 if not known yet
 * @param survivesMillis until the first lane, or all together, begins to give up insights, at that
 *     rate and without a hub; -1 if not known, or never
 * @param linkBytesPerSecond that the hub took when it last had to catch up; -1 if not known yet
 * @param drainsMillis until the hub holds everything at that speed; -1 if not known
 * @param looks how often the disk was looked at since the start
 * @param steps by which insights were given up since the start
 * @param insightsGivenUp by these steps
 */
public record DiskReport(
    long budgetBytes,
    long heldBytes,
    long reservedBytes,
    long bytesPerHour,
    long survivesMillis,
    long linkBytesPerSecond,
    long drainsMillis,
    long looks,
    long steps,
    long insightsGivenUp) {

  /** Before the first look. */
  static final DiskReport NONE = new DiskReport(0, 0, 0, -1, -1, -1, -1, 0, 0, 0);
}
