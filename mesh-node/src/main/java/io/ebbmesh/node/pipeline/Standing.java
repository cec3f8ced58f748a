package io.ebbmesh.node.pipeline;

import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import java.util.Comparator;
import java.util.List;

/**
 * Where a source stands.
 *
 * @param lanes what each lane says, at least one
 */
record Standing(List<Attached> lanes) {

  /** The lane that has most of it. */
  Attached highest() {
    return lanes.stream().max(Comparator.comparingLong(Attached::position)).orElseThrow();
  }
}
