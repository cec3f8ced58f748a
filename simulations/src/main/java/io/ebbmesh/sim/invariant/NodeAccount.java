package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of one machine from outside: its sources, what the hub holds, and its path. */
final class NodeAccount {

  /** Shared by machines with one node id. */
  final HubAccount hub;

  final Map<String, SourceAccount> sources = new TreeMap<>();

  /** By lane and sequence number; accepted, and not known to be settled. */
  private final EnumMap<Lane, TreeMap<Long, Pending>> pending = new EnumMap<>(Lane.class);

  long accepted;
  long stored;
  long declaredLost;
  long quarantined;
  long duplicates;

  /** Its disk went back, or was damaged: what only it knew may be gone. */
  boolean excused;

  /**
   * Bits of its disk were turned around: it may forget what it accepted, and go on all the same.
   */
  boolean damaged;

  /**
   * Its disk went back: it gives numbers out again, which the hub must notice. What is stored under
   * them otherwise is another store's.
   */
  boolean parted;

  /** As it greeted last since its disk went back. */
  Frame.@Nullable Hello said;

  boolean forked;
  boolean refusedAsFork;

  boolean linkUp;
  boolean open;
  boolean live;

  /** Changes whenever the path to the hub breaks. */
  int pathEpoch;

  /** Since when the session is live without a break. */
  long liveSinceNanos;

  NodeAccount(HubAccount hub) {
    this.hub = hub;
  }

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

  /** Under which incarnation the hub has what this machine calls by a number; null if unknown. */
  @Nullable LaneAccount ownerOf(Lane lane, long seq) {
    Frame.Hello hello = said;
    if (hello == null) {
      return null;
    }
    for (Ancestry.Stretch each : hello.ancestry().stretches(hello.incarnation(), lane)) {
      if (each.seqs().contains(seq)) {
        return hub.lane(new LaneKey(hello.node(), each.incarnation(), lane));
      }
    }
    return null;
  }
}
