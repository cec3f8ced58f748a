package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the hub knows of one node id, in all its incarnations, whatever machines carry it. */
final class HubAccount {

  final Map<LaneKey, LaneAccount> lanes = new LinkedHashMap<>();

  /** As greeted last. */
  final Map<Incarnation, Lineage> lineages = new TreeMap<>();

  LaneAccount lane(LaneKey key) {
    return lanes.computeIfAbsent(key, LaneAccount::new);
  }

  /** Whether another incarnation has the same insight under the same number. */
  boolean hasTwin(LaneKey of, long seq, long print) {
    for (LaneAccount lane : lanes.values()) {
      boolean other = !lane.key.equals(of) && lane.key.lane() == of.lane();
      if (other && lane.prints.at(seq) == print) {
        return true;
      }
    }
    return false;
  }
}
