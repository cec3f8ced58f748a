package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of one node from outside: its sources, what the hub holds, and its path. */
final class NodeAccount {

  final Map<String, SourceAccount> sources = new TreeMap<>();

  /** By lane and sequence number of the present incarnation; accepted, not known to be settled. */
  private final EnumMap<Lane, TreeMap<Long, Pending>> pending = new EnumMap<>(Lane.class);

  final EnumMap<Lane, LaneAccount> lanes = new EnumMap<>(Lane.class);

  long accepted;
  long stored;
  long declaredLost;
  long quarantined;
  long duplicates;

  /** Its disk went back, or was damaged: what only it knew may be gone. */
  boolean excused;

  /** Its disk went back: it gives numbers out again, which the hub must notice. */
  boolean wentBack;

  @Nullable Lineage welcomed;
  boolean forked;
  boolean refusedAsFork;

  boolean linkUp;
  boolean open;
  boolean live;

  /** Changes whenever the path to the hub breaks. */
  int pathEpoch;

  /** Since when the session is live without a break. */
  long liveSinceNanos;

  TreeMap<Long, Pending> pending(Lane lane) {
    return pending.computeIfAbsent(lane, id -> new TreeMap<>());
  }

  int pendingCount() {
    int count = 0;
    for (TreeMap<Long, Pending> ofLane : pending.values()) {
      count += ofLane.size();
    }
    return count;
  }

  /** The one that its node accepted before all others; null if nothing is pending. */
  @Nullable Pending oldestPending() {
    Pending oldest = null;
    for (TreeMap<Long, Pending> ofLane : pending.values()) {
      Pending first = ofLane.isEmpty() ? null : ofLane.firstEntry().getValue();
      if (first != null && (oldest == null || first.number() < oldest.number())) {
        oldest = first;
      }
    }
    return oldest;
  }

  void clearPending() {
    pending.clear();
  }

  SourceAccount source(String name) {
    return sources.computeIfAbsent(name, SourceAccount::new);
  }

  LaneAccount lane(LaneKey key) {
    LaneAccount lane = lanes.computeIfAbsent(key.lane(), id -> new LaneAccount());
    if (!key.incarnation().equals(lane.incarnation)) {
      lane.incarnation = key.incarnation();
      lane.cursor = Cursor.EMPTY;
      lane.stored = 0;
    }
    return lane;
  }
}
