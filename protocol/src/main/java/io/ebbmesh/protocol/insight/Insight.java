package io.ebbmesh.protocol.insight;

import io.ebbmesh.protocol.reading.SourcePosition;
import org.jspecify.annotations.Nullable;

/**
 * One result worth keeping. It has no sequence number yet: the outbox gives it one.
 *
 * @param kind what sort of result
 * @param stream which sensor it is about
 * @param model the release that decided, as {@code name@release}; empty if none did
 * @param label class, or state; empty if none
 * @param decidedBy the neighbour that ran the model; empty if this node did
 * @param observedNanos monotonic time of this boot at which the reading was taken
 * @param score confidence or anomaly score; its scale is the model's
 * @param values further numbers, such as a box or the channels of a reading; not written to after
 *     construction
 * @param source where the producer of the reading stands; null if it cannot repeat
 */
public record Insight(
    InsightKind kind,
    String stream,
    String model,
    String label,
    String decidedBy,
    long observedNanos,
    float score,
    float[] values,
    @Nullable SourcePosition source) {

  /** Characters that each of the strings may have. */
  public static final int MAX_STRING_CHARS = 1_000;

  /** Numbers that {@code values} may have. */
  public static final int MAX_VALUES = 4_096;

  public Insight {
    checkLength("stream", stream);
    checkLength("model", model);
    checkLength("label", label);
    checkLength("decidedBy", decidedBy);
    if (values.length > MAX_VALUES) {
      throw new IllegalArgumentException(
          "an insight has at most " + MAX_VALUES + " values, not " + values.length);
    }
  }

  private static void checkLength(String name, String value) {
    if (value.length() > MAX_STRING_CHARS) {
      throw new IllegalArgumentException(
          name + " has at most " + MAX_STRING_CHARS + " characters, not " + value.length());
    }
  }
}
