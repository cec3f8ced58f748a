package io.ebbmesh.node.ingress.csv;

import io.ebbmesh.node.ingress.ReadingLimits;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV file with a header line row by row (RFC 4180, but a field cannot span lines); holds
 * one line in memory. Used by one thread.
 */
public final class CsvFile implements Closeable {

  /** Characters that a line may have. */
  public static final int MAX_LINE_CHARS = 65_536;

  private final String name;
  private final BufferedReader reader;
  private final CsvColumns columns;
  private final List<String> header;
  private final int streamIndex;
  private final int labelIndex;
  private final int[] channelIndexes;
  private long line = 1;
  private long row;

  private CsvFile(String name, BufferedReader reader, CsvColumns columns)
      throws IOException, CsvException {
    this.name = name;
    this.reader = reader;
    this.columns = columns;
    String first = readLine();
    if (first == null || first.isBlank()) {
      throw CsvException.ofFile(
          name + " has no header line; the first line must name the columns, such as " + columns());
    }
    this.header = CsvLine.split(first.startsWith("\uFEFF") ? first.substring(1) : first);
    this.streamIndex = columns.stream().isEmpty() ? -1 : indexOf(columns.stream());
    this.labelIndex = columns.label().isEmpty() ? -1 : indexOf(columns.label());
    List<String> channels = List.copyOf(columns.channels().values());
    this.channelIndexes = new int[channels.size()];
    for (int i = 0; i < channelIndexes.length; i++) {
      channelIndexes[i] = indexOf(channels.get(i));
    }
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws CsvException if there is no such file, no header, or a column is missing
   * @throws IOException if it cannot be read
   */
  public static CsvFile open(Path file, CsvColumns columns) throws IOException, CsvException {
    InputStream in;
    try {
      in = Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw CsvException.ofFile(
          file + " does not exist; check the path, or create the file before the replay starts");
    }
    return read(file.toString(), in, columns);
  }

  /**
   * Reads from a stream, which is closed with this or if the header is bad.
   *
   * @param name what messages call the file
   */
  public static CsvFile read(String name, InputStream in, CsvColumns columns)
      throws IOException, CsvException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    try {
      return new CsvFile(name, reader, columns);
    } catch (IOException | CsvException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * The next data row; empty lines are passed over.
   *
   * @return null at the end of the file
   * @throws CsvException if the row is bad; the next call goes on behind it if the exception is
   *     {@link CsvException#skippable()}
   */
  public @Nullable CsvRow next() throws IOException, CsvException {
    String text;
    do {
      line++;
      text = readLine();
      if (text == null) {
        return null;
      }
    } while (text.isBlank());
    row++;
    List<String> fields;
    try {
      fields = CsvLine.split(text);
    } catch (IllegalArgumentException e) {
      throw CsvException.ofLine(place() + e.getMessage());
    }
    if (fields.size() != header.size()) {
      throw CsvException.ofLine(
          place()
              + "has "
              + fields.size()
              + " fields, the header has "
              + header.size()
              + "; complete the line");
    }
    double[] values = new double[channelIndexes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(fields, channelIndexes[i]);
    }
    String label = labelIndex < 0 ? "" : fields.get(labelIndex).strip();
    return new CsvRow(row, stream(fields), values, label);
  }

  /** Number of the last row that was read, good or bad; 0 before the first. */
  public long row() {
    return row;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private String stream(List<String> fields) throws CsvException {
    if (streamIndex < 0) {
      return columns.streamPrefix();
    }
    String id = fields.get(streamIndex).strip();
    if (id.isEmpty()) {
      throw CsvException.ofLine(
          place() + "column '" + columns.stream() + "' is empty; name the sensor");
    }
    String name = columns.streamPrefix() + id;
    String wrong = ReadingLimits.ofStream(name);
    if (wrong != null) {
      throw CsvException.ofLine(
          place() + "the stream of column '" + columns.stream() + "' " + wrong);
    }
    return name;
  }

  private double number(List<String> fields, int index) throws CsvException {
    String text = fields.get(index).strip();
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!ReadingLimits.takes(value)) {
      throw CsvException.ofLine(
          place()
              + "column '"
              + header.get(index)
              + "' is '"
              + shown(text)
              + "', not "
              + (Double.isFinite(value) ? ReadingLimits.range() : "a finite number")
              + "; correct the value");
    }
    return value;
  }

  private int indexOf(String column) throws CsvException {
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).strip().equals(column)) {
        return i;
      }
    }
    throw CsvException.ofFile(
        name
            + " has no column '"
            + column
            + "'; it has "
            + shown(header.toString())
            + ". Name another column in the source's settings, or add it to the file");
  }

  private String columns() {
    List<String> names = new ArrayList<>();
    if (!columns.stream().isEmpty()) {
      names.add(columns.stream());
    }
    names.addAll(columns.channels().values());
    return String.join(",", names);
  }

  private String place() {
    return name + " line " + line + ": ";
  }

  private static String shown(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  /** Like {@link BufferedReader#readLine()} with a limit; null at the end. */
  private @Nullable String readLine() throws IOException, CsvException {
    StringBuilder text = new StringBuilder();
    int next = reader.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (text.length() == MAX_LINE_CHARS) {
        throw CsvException.ofFile(
            place()
                + "is longer than "
                + MAX_LINE_CHARS
                + " characters; it is not a CSV file of readings, or lacks line ends");
      }
      text.append((char) next);
      next = reader.read();
    }
    int length = text.length();
    if (length > 0 && text.charAt(length - 1) == '\r') {
      text.setLength(length - 1);
    }
    return text.toString();
  }
}
