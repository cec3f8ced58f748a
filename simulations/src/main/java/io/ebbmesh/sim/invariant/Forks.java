package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.SeqRange;
import java.util.List;

/** Says from the world's own books whether a lineage parts from the one that the hub knows. */
final class Forks {

  private Forks() {}

  static boolean isFork(NodeAccount account, Lineage said) {
    Lineage known = account.welcomed;
    if (known == null) {
      return false;
    }
    List<Lineage.Epoch> before = known.epochs();
    List<Lineage.Epoch> now = said.epochs();
    if (now.size() < before.size()) {
      return true;
    }
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i).id() != now.get(i).id()) {
        return true;
      }
    }
    if (now.size() == before.size()) {
      return false;
    }
    Lineage.Epoch first = now.get(before.size());
    return account.lanes.entrySet().stream()
        .anyMatch(
            lane ->
                highest(lane.getValue())
                    >= first.firstSeqs().getOrDefault(lane.getKey(), Long.MAX_VALUE));
  }

  private static long highest(LaneAccount lane) {
    List<SeqRange> ranges = lane.cursor.held().ranges();
    return ranges.isEmpty() ? 0 : ranges.get(ranges.size() - 1).last();
  }
}
