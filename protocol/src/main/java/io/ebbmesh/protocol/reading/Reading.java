package io.ebbmesh.protocol.reading;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One input of a stream: a value per channel, taken at one instant.
 *
 * @param stream which sensor
 * @param source where the producer stands, if it can repeat; null if it cannot
 * @param observedNanos monotonic time of this boot at which it was taken
 * @param channels names, in the order of {@code values}; shared between readings of a stream
 * @param values one finite number per channel; the unit is the stream's
 */
public record Reading(
    String stream,
    @Nullable SourcePosition source,
    long observedNanos,
    List<String> channels,
    double[] values) {

  public Reading {
    if (channels.size() != values.length) {
      throw new IllegalArgumentException(
          "reading of stream '"
              + stream
              + "' has "
              + values.length
              + " values for "
              + channels.size()
              + " channels "
              + channels);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "channel '" + channels.get(i) + "' of stream '" + stream + "' is " + values[i]);
      }
    }
  }
}
