package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The world's own books: what sources were told and what became durable at the hub, kept apart from
 * anything that the program counts. Invariants hear of each entry after it was made.
 */
public final class Accounts implements Witness {

  private final World world;
  private final List<Invariant> invariants;
  private final Map<String, HubAccount> hubs = new TreeMap<>();
  private final List<NodeAccount> nodes = new ArrayList<>();
  private boolean hubUp;
  private boolean storeFails;

  /**
   * @param invariants hear of entries, in this order
   */
  public Accounts(World world, List<Invariant> invariants) {
    this.world = world;
    this.invariants = List.copyOf(invariants);
  }

  NodeAccount of(SimNode node) {
    return nodes.get(node.number() - 1);
  }

  @Override
  public void added(SimNode node) {
    HubAccount hub = hubs.computeIfAbsent(node.plan().id(), id -> new HubAccount());
    nodes.add(new NodeAccount(node, hub));
  }

  /** Of all machines, in their order. */
  List<NodeAccount> all() {
    return nodes;
  }

  /** Sums over all nodes. */
  public Totals totals() {
    long produced = 0;
    long accepted = 0;
    long stored = 0;
    long declaredLost = 0;
    long pending = 0;
    long duplicates = 0;
    long forks = 0;
    for (NodeAccount node : nodes) {
      for (SourceAccount source : node.sources.values()) {
        produced += source.produced;
        accepted += source.accepted.count();
      }
      stored += node.stored;
      declaredLost += node.declaredLost + node.quarantined;
      pending += node.pendingCount();
      duplicates += node.duplicates;
      forks += node.refusedAsFork ? 1 : 0;
    }
    return new Totals(produced, accepted, stored, declaredLost, pending, duplicates, forks);
  }

  /**
   * What became of all readings.
   *
   * @param produced handed to a node by their sources
   * @param accepted of which the source knows that they are durable
   * @param stored durable at the hub, each counted once
   * @param declaredLost given up by a node, or quarantined, and known as such at the hub
   * @param pending accepted and not settled at the hub
   * @param duplicates stored more often than accepted
   * @param forks nodes that were told that their store had gone back
   */
  public record Totals(
      long produced,
      long accepted,
      long stored,
      long declaredLost,
      long pending,
      long duplicates,
      long forks) {}

  private void tell(Consumer<Invariant> entry) {
    for (int i = 0; i < invariants.size(); i++) {
      entry.accept(invariants.get(i));
    }
  }

  @Override
  public void produced(SimNode node, String source, long position) {
    of(node).source(source).produced++;
  }

  @Override
  public void attached(SimNode node, String source, long position) {
    NodeAccount account = of(node);
    tell(invariant -> invariant.onAttached(node, account, account.source(source), position));
  }

  @Override
  public void accepted(SimNode node, String sourceName, long position, Lane lane, long seq) {
    NodeAccount account = of(node);
    SourceAccount source = account.source(sourceName);
    boolean news = source.accepted.add(position);
    if (seq == 0 || source.stored.contains(position) || (!news && !account.excused)) {
      return;
    }
    Pending pending =
        new Pending(
            source,
            position,
            lane,
            ++account.accepted,
            world.nowNanos(),
            account.pending(lane).size());
    if (!isGivenUp(account, lane, seq)) {
      account.pending(lane).put(seq, pending);
    }
    tell(invariant -> invariant.onAccepted(node, account, pending, seq));
  }

  private static boolean isGivenUp(NodeAccount account, Lane lane, long seq) {
    LaneAccount owner = account.ownerOf(lane, seq);
    return owner != null
        && (owner.cursor.declaredLost().contains(seq) || owner.cursor.quarantined().contains(seq));
  }

  @Override
  public void greeted(SimNode node, Greeting greeting) {
    of(node).hub.lineages.put(greeting.incarnation(), greeting.lineage());
  }

  @Override
  public void committed(SimNode node, LaneKey key, Change change, Cursor before, Outcome now) {
    NodeAccount account = of(node);
    LaneAccount lane = account.hub.lane(key);
    Cursor after = now.cursor();
    if (change instanceof StoreBlock block) {
      stored(lane, block, account.hub, before.held().plus(now.repeated()));
      repeated(lane, block, account.hub, now.repeated());
    } else {
      long lost = after.declaredLost().count() - before.declaredLost().count();
      account.declaredLost += lost;
      account.quarantined += after.quarantined().count() - before.quarantined().count();
    }
    lane.cursor = after;
    if (!(change instanceof StoreBlock)) {
      account.hub.machines.forEach(machine -> settle(machine, lane, before, after));
    }
    tell(invariant -> invariant.onCommitted(node, account, lane));
  }

  private void stored(LaneAccount lane, StoreBlock block, HubAccount hub, SeqRanges before) {
    for (int i = 0; i < block.insights().size(); i++) {
      long seq = block.seqs().first() + i;
      if (before.contains(seq)) {
        continue;
      }
      lane.stored++;
      Insight insight = block.insights().get(i);
      NodeAccount account = hub.ownerOf(insight);
      TreeMap<Long, Pending> pendings = account.pending(lane.key.lane());
      SourcePosition from = insight.source();
      Pending known = pendings.get(seq);
      // A store that parted may give the number to another insight; what it accepted still waits.
      Pending pending = account.parted && known != null && !known.is(from) ? null : known;
      if (pending != null) {
        pendings.remove(seq);
      }
      boolean again = from != null && !account.source(from.source()).stored.add(from.position());
      account.stored += again ? 0 : 1;
      long print = Prints.of(insight);
      boolean twin = print != Prints.NONE && account.hub.hasTwin(lane.key, seq, print);
      // What a source repeats because bits were turned around may have been accepted twice.
      account.duplicates += again && (twin || !account.damaged) ? 1 : 0;
      lane.prints.put(seq, print);
      Invariant.Stored stored = new Invariant.Stored(insight, seq, pending, again, twin);
      tell(invariant -> invariant.onStored(account.node, account, stored));
    }
  }

  /** These count as stored: their readings are, under other numbers. */
  private void repeated(LaneAccount lane, StoreBlock block, HubAccount hub, SeqRanges repeated) {
    for (SeqRange range : repeated.ranges()) {
      for (long seq = range.first(); seq <= range.last(); seq++) {
        Insight insight = block.insights().get((int) (seq - block.seqs().first()));
        NodeAccount account = hub.ownerOf(insight);
        lane.stored++;
        lane.prints.put(seq, Prints.of(insight));
        Pending known = account.pending(lane.key.lane()).get(seq);
        if (known != null && known.is(insight.source())) {
          account.pending(lane.key.lane()).remove(seq);
        }
        tell(invariant -> invariant.onRepeated(account.node, account, insight));
      }
    }
  }

  private static void settle(NodeAccount account, LaneAccount lane, Cursor before, Cursor after) {
    for (SeqRange range : after.held().minus(before.held()).ranges()) {
      account
          .pending(lane.key.lane())
          .subMap(range.first(), true, range.last(), true)
          .keySet()
          .removeIf(seq -> lane == account.ownerOf(lane.key.lane(), seq));
    }
  }

  @Override
  public void rewound(SimNode node) {
    NodeAccount account = of(node);
    account.parted = true;
    account.said = null;
    excuse(node);
  }

  /** Each gives out numbers that the other one gives out, too; neither has forgotten anything. */
  @Override
  public void cloned(SimNode node, SimNode copy) {
    of(node).parted = true;
    of(copy).parted = true;
  }

  @Override
  public void damaged(SimNode node) {
    of(node).damaged = true;
    excuse(node);
  }

  /** What only this disk knew may be gone; what its sources repeat counts anew. */
  private void excuse(SimNode node) {
    NodeAccount account = of(node);
    account.excused = true;
    account.sources.values().forEach(source -> source.excusedTo = source.accepted.last());
    account.clearPending();
  }

  @Override
  public void booted(SimNode node) {
    of(node).linkUp = node.wire().isWhole();
  }

  @Override
  public void opened(SimNode node) {
    NodeAccount account = of(node);
    account.open = true;
    changed(node, account);
  }

  @Override
  public void crashed(SimNode node, boolean power) {
    NodeAccount account = of(node);
    account.open = false;
    account.live = false;
    changed(node, account);
  }

  @Override
  public void path(SimNode node, boolean whole) {
    NodeAccount account = of(node);
    account.linkUp = whole;
    changed(node, account);
  }

  @Override
  public void session(SimNode node, boolean live) {
    NodeAccount account = of(node);
    account.live = live;
    account.liveSinceNanos = world.nowNanos();
  }

  @Override
  public void held(SimNode node, boolean session) {
    NodeAccount account = of(node);
    account.held += session ? 1 : -1;
    if (session) {
      tell(invariant -> invariant.onWelcomed(node, account));
    }
    for (NodeAccount machine : account.hub.machines) {
      if (machine != account) {
        changed(machine.node, machine);
      }
    }
  }

  @Override
  public void hubBooted() {
    hubUp = true;
    changedAll();
  }

  @Override
  public void hubCrashed() {
    hubUp = false;
    changedAll();
  }

  @Override
  public void hubStoreFails(boolean fails) {
    storeFails = fails;
    changedAll();
  }

  private void changedAll() {
    nodes.forEach(account -> changed(account.node, account));
  }

  private void changed(SimNode node, NodeAccount account) {
    account.pathEpoch++;
    tell(invariant -> invariant.onPath(node, account, isWhole(account)));
  }

  private boolean isWhole(NodeAccount account) {
    return account.linkUp && account.open && hubUp && !storeFails && !account.isOtherHeld();
  }

  @Override
  public void arrived(SimNode node, boolean toHub, Frame frame) {
    NodeAccount account = of(node);
    if (toHub && frame instanceof Frame.Hello hello) {
      account.forked = Forks.isFork(account.hub, hello);
      boolean lostIdentity =
          account.said != null
              && !hello.incarnation().equals(account.said.incarnation())
              && hello.ancestry().ancestors().isEmpty();
      if (lostIdentity && account.excused) {
        account.clearPending();
      }
      account.hello = hello;
      account.foundHeld = account.isOtherHeld();
      account.said = account.forked || account.hasCopies() ? account.said : hello;
    } else if (!toHub && frame instanceof Frame.Welcome && account.hasCopies()) {
      account.said = account.hello;
    } else if (!toHub && frame instanceof Frame.Refused refused && ForkNoticed.isFork(refused)) {
      account.refusedAsFork = true;
    }
    tell(invariant -> invariant.onFrame(node, account, toHub, frame));
  }
}
