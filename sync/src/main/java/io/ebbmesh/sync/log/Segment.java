package io.ebbmesh.sync.log;

import java.util.ArrayList;
import java.util.List;

/** One segment file as the index knows it; guarded by the index's lock. */
final class Segment {

  final long id;
  final long salt;
  final String path;
  final int capacityBytes;

  /** Offset behind the last record. */
  int end;

  /** No record is added any more. */
  boolean sealed;

  /** Records that are neither deleted nor trimmed. */
  int live;

  /** Readers that have the file open; it is not recycled before they are done. */
  int readers;

  final List<Run> runs = new ArrayList<>();

  Segment(long id, long salt, String path, int capacityBytes) {
    this.id = id;
    this.salt = salt;
    this.path = path;
    this.capacityBytes = capacityBytes;
  }

  boolean canBeRecycled() {
    return sealed && live == 0 && readers == 0;
  }
}
