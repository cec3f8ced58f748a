package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import java.util.List;

/** Says from the world's own books whether a lineage parts from the one that the hub knows. */
final class Forks {

  private Forks() {}

  static boolean isFork(HubAccount hub, Frame.Hello hello) {
    Lineage said = hello.lineage();
    Lineage known = hub.lineages.get(hello.incarnation());
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
    return hub.lanes.values().stream()
        .filter(lane -> lane.key.incarnation().equals(hello.incarnation()))
        .anyMatch(
            lane ->
                highest(lane) >= first.firstSeqs().getOrDefault(lane.key.lane(), Long.MAX_VALUE));
  }

  private static long highest(LaneAccount lane) {
    List<SeqRange> ranges = lane.cursor.held().ranges();
    return ranges.isEmpty() ? 0 : ranges.get(ranges.size() - 1).last();
  }
}
