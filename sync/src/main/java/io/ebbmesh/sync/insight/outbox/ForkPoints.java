package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the numbers of a lane stop to be one incarnation's. A block with numbers of two would have
 * to be stored in parts.
 *
 * @param points each the first number of a younger incarnation, greater than 1
 */
record ForkPoints(List<Long> points) {

  static final ForkPoints NONE = new ForkPoints(List.of());

  ForkPoints {
    points = List.copyOf(points);
  }

  static ForkPoints of(StoreIdentity identity, Lane lane) {
    List<Long> points = new ArrayList<>();
    for (Ancestry.Stretch each : identity.ancestry().stretches(identity.incarnation(), lane)) {
      if (each.seqs().first() > 1) {
        points.add(each.seqs().first());
      }
    }
    return new ForkPoints(points);
  }

  /** Whether {@code first} and {@code last} are numbers of two incarnations. */
  boolean part(long first, long last) {
    for (long point : points) {
      if (first < point && point <= last) {
        return true;
      }
    }
    return false;
  }

  /** The front of a run of blocks, as far as it is one incarnation's; its first block at least. */
  List<BlockRef> before(List<BlockRef> run) {
    for (int i = 1; i < run.size(); i++) {
      if (part(run.get(0).seqs().first(), run.get(i).seqs().last())) {
        return run.subList(0, i);
      }
    }
    return run;
  }
}
