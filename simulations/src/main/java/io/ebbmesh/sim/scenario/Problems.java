package io.ebbmesh.sim.scenario;

import com.typesafe.config.ConfigOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What is wrong with a scenario, each with its place; knows where each key stands. */
final class Problems {

  static final String SET = "--set ";

  private final String file;
  private final List<String> lines = new ArrayList<>();
  private final Map<String, ConfigOrigin> places = new TreeMap<>();

  /**
   * @param file name for messages
   */
  Problems(String file) {
    this.file = file;
  }

  List<String> lines() {
    return lines;
  }

  int count() {
    return lines.size();
  }

  /** Remembers where a key stands. */
  void know(String path, ConfigOrigin where) {
    places.put(path, where);
  }

  /** Adds a problem of a key that was read, or of what it belongs to. */
  void add(String path, String what, String remedy) {
    String known = path;
    while (!places.containsKey(known) && known.contains(".")) {
      known = known.substring(0, known.lastIndexOf('.'));
    }
    ConfigOrigin where = places.get(known);
    lines.add((where == null ? file + ": " : place(where)) + what + "; " + remedy);
  }

  void add(ConfigOrigin where, String what, String remedy) {
    lines.add(place(where) + what + "; " + remedy);
  }

  /** Adds a problem whose line is complete. */
  void add(String line) {
    lines.add(line);
  }

  /** What a problem's line begins with: file and line, or the option. */
  String place(ConfigOrigin where) {
    int line = where.lineNumber();
    if (line > 0) {
      return file + ":" + line + ": ";
    }
    String said = Objects.requireNonNullElse(where.description(), "");
    return (said.startsWith(SET) ? said : file) + ": ";
  }
}
