package io.ebbmesh.sim.demo;

import io.ebbmesh.node.detector.LabelledReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of the sensor data that one node replays, in the order of the shipped file. */
final class Share {

  private static final String PREFIX = "mote-";

  /**
   * Where a position of the replay lies in its stream.
   *
   * @param index from 0
   */
  record Place(String stream, int index) {}

  private final List<LabelledReading> rows = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();

  private Share() {}

  static Share of(DemoNode node, List<LabelledReading> all) {
    Share share = new Share();
    Map<String, Integer> next = new LinkedHashMap<>();
    for (LabelledReading reading : all) {
      if (node.streams().contains(reading.stream())) {
        int index = next.merge(reading.stream(), 1, Integer::sum) - 1;
        share.rows.add(reading);
        share.places.add(new Place(reading.stream(), index));
      }
    }
    return share;
  }

  /** Writes what a node replays. The labels stay here: no node sees them. */
  void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder("mote_id,humidity,temperature\n");
    for (LabelledReading row : rows) {
      text.append(row.stream().substring(PREFIX.length()))
          .append(',')
          .append(row.humidity())
          .append(',')
          .append(row.temperature())
          .append('\n');
    }
    Files.writeString(file, text);
  }

  /** How many positions it has: 1 to this. */
  int size() {
    return rows.size();
  }

  boolean has(long position) {
    return position >= 1 && position <= rows.size();
  }

  /** Stream and index of a position of the replay. */
  Place place(long position) {
    return places.get((int) position - 1);
  }
}
