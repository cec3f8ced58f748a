package io.ebbmesh.node.ingress.csv;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which columns of a CSV file make a reading.
 *
 * @param stream column that names the sensor; empty if the whole file is one stream
 * @param streamPrefix what the stream's name begins with, or the whole name
 * @param channels column by channel name, in the order of a reading's values
 * @param label column with a label, kept as text; empty if there is none
 */
public record CsvColumns(
    String stream, String streamPrefix, Map<String, String> channels, String label) {

  public CsvColumns {
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("a CSV file needs at least one channel column");
    }
    if (stream.isEmpty() && streamPrefix.isEmpty()) {
      throw new IllegalArgumentException(
          "a CSV file needs a stream column, a stream name, or both; both are empty");
    }
    channels = Collections.unmodifiableMap(new LinkedHashMap<>(channels));
  }

  /** Channel names, in order. */
  public List<String> channelNames() {
    return List.copyOf(channels.keySet());
  }

  /** Columns of the labelled sensor data that the project ships. */
  public static CsvColumns ofSensorData() {
    Map<String, String> channels = new LinkedHashMap<>();
    channels.put("temperature", "temperature");
    channels.put("humidity", "humidity");
    return new CsvColumns("mote_id", "mote-", channels, "label");
  }
}
