package io.ebbmesh.sim.scenario.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The first faults in full, the others as counts. */
final class Faults {

  private static final int MAX_TEXT_LENGTH = 300;

  private final TimeAxis axis;
  private final int maxKept;
  private final List<Fault> kept = new ArrayList<>();
  private final int[] perBucket;
  private long count;

  Faults(TimeAxis axis, int maxKept) {
    this.axis = axis;
    this.maxKept = maxKept;
    this.perBucket = new int[axis.buckets()];
  }

  void add(long atNanos, int node, String kind, String text) {
    count++;
    perBucket[axis.bucket(atNanos)]++;
    if (kept.size() < maxKept) {
      kept.add(new Fault(atNanos, node, cut(kind), cut(text)));
    }
  }

  List<Fault> kept() {
    return Collections.unmodifiableList(kept);
  }

  long count() {
    return count;
  }

  int count(int bucket) {
    return perBucket[bucket];
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT_LENGTH ? text : text.substring(0, MAX_TEXT_LENGTH) + "…";
  }
}
