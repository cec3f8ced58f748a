package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A line that says something, and its place. */
record TraceLine(Path file, long number, String text) {

  /** What Double.parseDouble takes beyond this (hexadecimal, suffixes) is a slip in a trace. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private static final Pattern NOT_FINITE =
      Pattern.compile("[+-]?(nan|inf|infinity)", Pattern.CASE_INSENSITIVE);

  List<String> fields() {
    List<String> fields = new ArrayList<>();
    for (String field : text.split(",", -1)) {
      fields.add(field.strip());
    }
    return fields;
  }

  static boolean isNumber(String field) {
    return NUMBER.matcher(field).matches() || NOT_FINITE.matcher(field).matches();
  }

  /** The number that a field holds. */
  double value(String name, String field, double min, double max) {
    if (field.isEmpty()) {
      throw wrong(name + " is empty", "Give a number, or leave the line out");
    }
    if (NOT_FINITE.matcher(field).matches()) {
      throw wrong(
          name + " is " + field + ", which is no finite number", "Give a number, or leave it out");
    }
    if (!NUMBER.matcher(field).matches()) {
      throw wrong(name + " is '" + field + "', which is no number", "Write it like 12 or 0.5");
    }
    double value = Double.parseDouble(field);
    if (value < min || value > max) {
      throw wrong(name + " is " + field, "It must be from " + plain(min) + " to " + plain(max));
    }
    return value;
  }

  TraceException wrong(String what, String remedy) {
    return new TraceException(file, number, what, remedy + ".");
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e15
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }
}
