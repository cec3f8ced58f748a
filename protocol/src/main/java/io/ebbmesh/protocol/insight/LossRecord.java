package io.ebbmesh.protocol.insight;

/**
 * A durable statement that sequence numbers of a lane were given up.
 *
 * @param lane whose numbers
 * @param id number of this record within (incarnation, lane), from 1
 * @param ranges which numbers
 * @param reason why
 * @param declaredAtWallMillis node's estimate of the time of the decision, milliseconds since 1970
 * @param sketch summary of what was given up, in a format named by its first byte; empty if none
 */
public record LossRecord(
    Lane lane,
    long id,
    SeqRanges ranges,
    LossReason reason,
    long declaredAtWallMillis,
    byte[] sketch) {

  public static final int MAX_SKETCH_BYTES = 64 * 1024;

  /** Ranges of one record; a bigger loss is told in several. */
  public static final int MAX_RANGES = 1_024;

  public LossRecord {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("a loss record names at least one sequence number");
    }
    if (ranges.ranges().size() > MAX_RANGES) {
      throw new IllegalArgumentException(
          "a loss record has at most "
              + MAX_RANGES
              + " ranges, not "
              + ranges.ranges().size()
              + ": declare the loss in several records");
    }
    if (sketch.length > MAX_SKETCH_BYTES) {
      throw new IllegalArgumentException(
          "a loss sketch has at most " + MAX_SKETCH_BYTES + " bytes, not " + sketch.length);
    }
  }

  @Override
  public String toString() {
    return "loss " + id + " of lane " + lane.id() + ": " + ranges + ", " + reason;
  }
}
