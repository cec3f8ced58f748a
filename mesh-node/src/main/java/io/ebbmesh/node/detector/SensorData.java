package io.ebbmesh.node.detector;

import io.ebbmesh.node.ingress.csv.CsvColumns;
import io.ebbmesh.node.ingress.csv.CsvException;
import io.ebbmesh.node.ingress.csv.CsvFile;
import io.ebbmesh.node.ingress.csv.CsvRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Labelled sensor data: what the project ships, or a file with the same columns. */
public final class SensorData {

  /** Part of each stream, from its beginning, that training sees. */
  public static final double TRAINING_PART = 0.4;

  /** Name of the detector in the registry. */
  public static final String MODEL = "detector";

  private static final String SHIPPED = "/wsn/multi-hop.csv";

  private SensorData() {}

  /** The data that the project ships, in file order. */
  public static List<LabelledReading> shipped() {
    try (InputStream in = SensorData.class.getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without " + SHIPPED);
      }
      return read(CsvFile.read(SHIPPED, in, CsvColumns.ofSensorData()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CsvException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A file in the columns of the shipped one.
   *
   * @throws CsvException if it is missing, or a line cannot be used
   */
  public static List<LabelledReading> read(Path file) throws IOException, CsvException {
    return read(CsvFile.open(file, CsvColumns.ofSensorData()));
  }

  private static List<LabelledReading> read(CsvFile csv) throws IOException, CsvException {
    try (csv) {
      List<LabelledReading> readings = new ArrayList<>();
      for (CsvRow row = csv.next(); row != null; row = csv.next()) {
        readings.add(
            new LabelledReading(
                row.stream(), row.values()[0], row.values()[1], row.label().equals("1")));
      }
      return readings;
    }
  }

  /** Readings of each stream in their order; streams in the order of their first reading. */
  static Map<String, List<LabelledReading>> byStream(List<LabelledReading> readings) {
    Map<String, List<LabelledReading>> streams = new LinkedHashMap<>();
    for (LabelledReading reading : readings) {
      streams.computeIfAbsent(reading.stream(), name -> new ArrayList<>()).add(reading);
    }
    return streams;
  }

  /** How many of a stream's readings training sees. */
  static int trainingReadings(List<LabelledReading> stream) {
    return (int) (stream.size() * TRAINING_PART);
  }
}
