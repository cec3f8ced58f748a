package io.ebbmesh.sim.link.trace;

import java.util.SortedSet;
import java.util.TreeMap;

/** Spans of time that do not overlap, each with a strength; between them the strength is 0. */
final class Episodes {

  private record Episode(long endMillis, double strength) {}

  private final TreeMap<Long, Episode> byStart = new TreeMap<>();

  void add(long startMillis, long endMillis, double strength) {
    byStart.put(startMillis, new Episode(endMillis, strength));
  }

  double strengthAt(long millis) {
    var latest = byStart.floorEntry(millis);
    return latest != null && millis < latest.getValue().endMillis()
        ? latest.getValue().strength()
        : 0;
  }

  boolean holdsAt(long millis) {
    return strengthAt(millis) > 0;
  }

  /** Adds the moments at which the strength changes. */
  void addChangesTo(SortedSet<Long> moments) {
    byStart.forEach(
        (start, episode) -> {
          moments.add(start);
          moments.add(episode.endMillis());
        });
  }
}
