package io.ebbmesh.sync.insight.store;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a node says of its outbox when it greets.
 *
 * @param lineage openings in this incarnation
 * @param ancestry from which incarnations it parted
 * @param heads per lane, the highest sequence number accepted
 */
public record Greeting(
    NodeId node,
    Incarnation incarnation,
    Lineage lineage,
    Ancestry ancestry,
    Map<Lane, Long> heads) {

  /** The incarnation and its ancestors, the nearest first. */
  public List<Incarnation> incarnations() {
    List<Incarnation> all = new ArrayList<>();
    all.add(incarnation);
    ancestry.ancestors().forEach(ancestor -> all.add(ancestor.incarnation()));
    return all;
  }

  /** Per lane, what is held of the numbers that each of the {@link #incarnations} names. */
  Map<Lane, SeqRanges> held(Map<Incarnation, Map<Lane, Cursor>> cursors) {
    Map<Lane, SeqRanges> held = new EnumMap<>(Lane.class);
    for (Lane lane : Lane.values()) {
      for (Ancestry.Stretch stretch : ancestry.stretches(incarnation, lane)) {
        Cursor cursor =
            cursors.getOrDefault(stretch.incarnation(), Collections.emptyMap()).get(lane);
        if (cursor != null) {
          held.merge(lane, cursor.held().within(stretch.seqs()), SeqRanges::plus);
        }
      }
    }
    return held;
  }
}
