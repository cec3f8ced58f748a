package io.ebbmesh.node.ingress;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.Reading;
import org.jspecify.annotations.Nullable;

/** What a reading may be, whichever door it comes in by. */
public final class ReadingLimits {

  /** Characters that the name of a stream may have. */
  public static final int MAX_STREAM_CHARS = Insight.MAX_STRING_CHARS;

  /**
   * How far from 0 a value may be. Devices count in float32, which ends at 3.4e38: below this
   * limit, differences and scaled values are numbers there, too. What is beyond it stands for "no
   * value" in most sources, and a stream that had taken it would judge by it for days.
   */
  public static final double MAX_MAGNITUDE = 1e30;

  private ReadingLimits() {}

  /** What is wrong with the name of a stream, to be put behind it; null if nothing is. */
  public static @Nullable String ofStream(String name) {
    if (name.isEmpty() || name.length() > MAX_STREAM_CHARS) {
      return "must have 1 to " + MAX_STREAM_CHARS + " characters, not " + name.length();
    }
    for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
      int character = name.codePointAt(i);
      switch (Character.getType(character)) {
        case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> {
          return String.format(
              "must have no control characters or line ends, but has U+%04X at %d",
              character, i + 1);
        }
        case Character.SURROGATE -> {
          return String.format("must be Unicode, but has half a character at %d", i + 1);
        }
        default -> {}
      }
    }
    return null;
  }

  /** Whether a value is a number that a device can take. */
  public static boolean takes(double value) {
    return Math.abs(value) <= MAX_MAGNITUDE;
  }

  /** The limit of a value in words, to be put behind "must be". */
  public static String range() {
    return "a number between -" + MAX_MAGNITUDE + " and " + MAX_MAGNITUDE;
  }

  /**
   * Checks a whole reading.
   *
   * @throws IllegalArgumentException naming what is wrong and the limit
   */
  public static void check(Reading reading) {
    String wrong = ofStream(reading.stream());
    if (wrong != null) {
      throw new IllegalArgumentException("the name of a stream " + wrong);
    }
    double[] values = reading.values();
    if (values.length > Insight.MAX_VALUES) {
      throw new IllegalArgumentException(
          "a reading has at most " + Insight.MAX_VALUES + " channels, not " + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (!takes(values[i])) {
        throw new IllegalArgumentException(
            "channel '" + reading.channels().get(i) + "' is " + values[i] + ", not " + range());
      }
    }
  }
}
