package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the hub knows of one node id, in all its incarnations, whatever machines carry it. */
final class HubAccount {

  final Map<LaneKey, LaneAccount> lanes = new LinkedHashMap<>();

  /** As greeted last. */
  final Map<Incarnation, Lineage> lineages = new TreeMap<>();

  /** The machines that carry it: one, and those that were made as copies of its disk. */
  final List<NodeAccount> machines = new ArrayList<>();

  /** Whose reading an insight is; the first machine's if it says nothing of that. */
  NodeAccount ownerOf(Insight insight) {
    SourcePosition from = insight.source();
    if (from != null) {
      for (NodeAccount machine : machines) {
        if (machine.sources.containsKey(from.source())) {
          return machine;
        }
      }
    }
    return machines.get(0);
  }

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
