package io.ebbmesh.node.ingress.csv;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings under {@code ebbmesh.node.csv}; {@code reference.conf} says what each is.
 *
 * @param rowsPerSecond infinite if only credit holds the replay back
 * @param sourceLog null for none
 */
public record CsvSettings(
    Path file,
    String source,
    CsvColumns columns,
    double rowsPerSecond,
    BadLine badLine,
    @Nullable Path sourceLog) {

  /** What to do about a line that cannot be used. */
  public enum BadLine {
    /** The replay ends there; once the line is mended, it goes on from it. */
    STOP,
    /** The line is reported, counted and left out for good. */
    SKIP
  }

  /**
   * Reads and checks.
   *
   * @param csv the object at {@code ebbmesh.node.csv}
   * @return null if no file is to be replayed
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static @Nullable CsvSettings of(Config csv) {
    if (csv.getString("file").isBlank()) {
      return null;
    }
    Path file = Path.of(csv.getString("file"));
    String source = csv.getString("source");
    if (source.isEmpty()) {
      source = "csv/" + file.getFileName();
    }
    if (source.length() > SourcePosition.MAX_SOURCE_CHARS) {
      throw wrong("source", "must have at most " + SourcePosition.MAX_SOURCE_CHARS + " characters");
    }
    String log = csv.getString("source-log");
    return new CsvSettings(
        file,
        source,
        columns(csv.getConfig("columns")),
        rowsPerSecond(csv),
        badLine(csv.getString("bad-line")),
        log.isEmpty() ? null : Path.of(log));
  }

  private static CsvColumns columns(Config columns) {
    Map<String, String> channels = new LinkedHashMap<>();
    Config given = columns.getConfig("channels");
    for (String channel : new TreeSet<>(given.root().keySet())) {
      channels.put(channel, given.getString("\"" + channel + "\""));
    }
    if (channels.isEmpty()) {
      channels.putAll(CsvColumns.ofSensorData().channels());
    }
    String stream = columns.getString("stream");
    String prefix = columns.getString("stream-prefix");
    if (stream.isEmpty() && prefix.isEmpty()) {
      throw wrong(
          "columns.stream", "and stream-prefix are both empty; name a column, the stream, or both");
    }
    return new CsvColumns(stream, prefix, channels, "");
  }

  private static double rowsPerSecond(Config csv) {
    Duration interval = csv.getDuration("interval");
    if (interval.isNegative() || interval.isZero()) {
      throw wrong("interval", "must be longer than nothing, not " + interval);
    }
    double speed = csv.getDouble("speed");
    if (!(speed >= 0) || Double.isInfinite(speed)) {
      throw wrong("speed", "must be 0 or more, not " + speed);
    }
    return speed == 0 ? Double.POSITIVE_INFINITY : speed * 1e9 / interval.toNanos();
  }

  private static BadLine badLine(String text) {
    for (BadLine value : BadLine.values()) {
      if (value.name().equals(text.toUpperCase(Locale.ROOT))) {
        return value;
      }
    }
    throw wrong("bad-line", "must be stop or skip, not '" + text + "'");
  }

  private static IllegalArgumentException wrong(String key, String what) {
    return new IllegalArgumentException("ebbmesh.node.csv." + key + " " + what);
  }
}
