package io.ebbmesh.protocol.reading;

import java.util.Objects;

/**
 * Where a producer stands: what makes a repeated reading recognisable.
 *
 * @param source names the producer's log, 1 to {@value #MAX_SOURCE_CHARS} characters
 * @param position ascends within a source; the first is 1
 */
public record SourcePosition(String source, long position) {

  public static final int MAX_SOURCE_CHARS = 200;

  /**
   * What names begin with whose positions a node gives out itself: they mean something only to the
   * outbox that gave them.
   */
  public static final String OWN_PREFIX = "fold/";

  public SourcePosition {
    Objects.requireNonNull(source);
    if (source.isEmpty() || source.length() > MAX_SOURCE_CHARS) {
      throw new IllegalArgumentException(
          "source must have 1 to " + MAX_SOURCE_CHARS + " characters, not " + source.length());
    }
    if (position < 1) {
      throw new IllegalArgumentException(
          "position of source '" + source + "' must be at least 1, not " + position);
    }
  }

  /** Whether the node gave the position out itself. */
  public boolean isOwn() {
    return source.startsWith(OWN_PREFIX);
  }
}
