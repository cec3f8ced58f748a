package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What both sides knew when a session began.
 *
 * @param lanes that the node has
 * @param heads per lane, the highest number that the node had given out
 * @param held per lane, what the hub holds as far as known; the store's answers correct it
 */
record Standing(
    NodeId node,
    Incarnation incarnation,
    Ancestry ancestry,
    Set<Lane> lanes,
    Map<Lane, Long> heads,
    Map<Lane, SeqRanges> held) {

  static Standing of(Frame.Hello hello, Frame.Welcome welcome) {
    EnumSet<Lane> lanes = EnumSet.noneOf(Lane.class);
    lanes.addAll(hello.heads().keySet());
    List<Epoch> openings = hello.lineage().epochs();
    if (!openings.isEmpty()) {
      lanes.addAll(openings.get(openings.size() - 1).firstSeqs().keySet());
    }
    return new Standing(
        hello.node(),
        hello.incarnation(),
        hello.ancestry(),
        lanes,
        hello.heads(),
        welcome.cursors());
  }

  /** Who names the numbers of a lane, the oldest incarnation first. */
  List<Ancestry.Stretch> stretches(Lane lane) {
    List<Ancestry.Stretch> upwards = new ArrayList<>();
    for (Ancestry.Stretch stretch : ancestry.stretches(incarnation, lane)) {
      upwards.add(0, stretch);
    }
    return upwards;
  }

  LaneKey key(Ancestry.Stretch stretch, Lane lane) {
    return new LaneKey(node, stretch.incarnation(), lane);
  }

  SeqRanges heldOf(Lane lane) {
    return held.getOrDefault(lane, SeqRanges.EMPTY);
  }

  /** Highest number that is known of a lane; 0 if none is. */
  long highest(Lane lane) {
    List<SeqRange> ranges = heldOf(lane).ranges();
    long known = ranges.isEmpty() ? 0 : ranges.get(ranges.size() - 1).last();
    return Math.max(known, heads.getOrDefault(lane, 0L));
  }
}
