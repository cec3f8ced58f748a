package io.ebbmesh.protocol.insight;

import java.util.List;

/**
 * What was given up, in short: the sketch of a {@link LossRecord}.
 *
 * @param insights of how many the rest speaks: those that could still be read
 * @param firstObservedWallMillis node's estimate of when the first was observed, since 1970
 * @param lastObservedWallMillis likewise of the last
 * @param streams how many of each stream, most frequent first
 * @param labels how many of each label, most frequent first
 * @param otherStreams insights of streams that are not listed
 * @param otherLabels insights of labels that are not listed
 */
public record LossSketch(
    long insights,
    long firstObservedWallMillis,
    long lastObservedWallMillis,
    List<Count> streams,
    List<Count> labels,
    long otherStreams,
    long otherLabels) {

  /** Streams and labels that are listed; the rest is counted together. */
  public static final int MAX_LISTED = 32;

  /** How many insights have a stream or label. */
  public record Count(String name, long insights) {}

  public LossSketch {
    streams = atMost("streams", streams);
    labels = atMost("labels", labels);
  }

  private static List<Count> atMost(String what, List<Count> counts) {
    if (counts.size() > MAX_LISTED) {
      throw new IllegalArgumentException(
          "a loss sketch lists at most " + MAX_LISTED + " " + what + ", not " + counts.size());
    }
    return List.copyOf(counts);
  }
}
