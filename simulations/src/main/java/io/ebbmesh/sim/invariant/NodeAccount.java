package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of one machine from outside: its sources, what the hub holds, and its path. */
final class NodeAccount {

  final SimNode node;

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

  /**
   * As it greeted last since its disk went back; of two machines with one identity, as it was
   * welcomed last.
   */
  Frame.@Nullable Hello said;

  /** As it greeted last. */
  Frame.@Nullable Hello hello;

  /** Connections over which it was welcomed and which the hub has open. */
  int held;

  /** Whether another machine with its identity had such a connection when it greeted last. */
  boolean foundHeld;

  boolean forked;
  boolean refusedAsFork;

  boolean linkUp;
  boolean open;
  boolean live;

  /** Changes whenever the path to the hub breaks. */
  int pathEpoch;

  /** Since when the session is live without a break. */
  long liveSinceNanos;

  NodeAccount(SimNode node, HubAccount hub) {
    this.node = node;
    this.hub = hub;
    hub.machines.add(this);
  }

  boolean hasCopies() {
    return hub.machines.size() > 1;
  }

  /** Whether the hub serves another machine with its identity. */
  boolean isOtherHeld() {
    for (NodeAccount machine : hub.machines) {
      if (machine != this && machine.held > 0) {
        return true;
      }
    }
    return false;
  }

  TreeMap<Long, Pending> pending(Lane lane) {
    return pending.computeIfAbsent(lane, id -> new TreeMap<>());
  }

  /** One whose number is in the range; null if there is none. */
  @Nullable Pending pendingIn(Lane lane, SeqRange range) {
    Map.Entry<Long, Pending> first = pending(lane).ceilingEntry(range.first());
    return first == null || first.getKey() > range.last() ? null : first.getValue();
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
