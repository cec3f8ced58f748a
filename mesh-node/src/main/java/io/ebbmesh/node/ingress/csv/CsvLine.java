package io.ebbmesh.node.ingress.csv;

import java.util.ArrayList;
import java.util.List;

/** Splits one line of a CSV file into fields. */
final class CsvLine {

  private CsvLine() {}

  /**
   * Fields of a line, without their quotes.
   *
   * @throws IllegalArgumentException if a quoted field does not end
   */
  static List<String> split(String line) {
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (true) {
      StringBuilder field = new StringBuilder();
      if (at < line.length() && line.charAt(at) == '"') {
        at = quoted(line, at + 1, field);
      }
      int comma = line.indexOf(',', at);
      field.append(line, at, comma < 0 ? line.length() : comma);
      fields.add(field.toString());
      if (comma < 0) {
        return fields;
      }
      at = comma + 1;
    }
  }

  private static int quoted(String line, int from, StringBuilder field) {
    int at = from;
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c != '"') {
        field.append(c);
      } else if (at < line.length() && line.charAt(at) == '"') {
        field.append('"');
        at++;
      } else {
        return at;
      }
    }
    throw new IllegalArgumentException("a quoted field does not end; close the quote");
  }
}
