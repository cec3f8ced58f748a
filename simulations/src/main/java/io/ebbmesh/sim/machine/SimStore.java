package io.ebbmesh.sim.machine;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The hub's store as a twin that keeps cursors, lineages and positions of sources and forgets the
 * insights themselves: no source of a world says two things at one position. What waits for a
 * commit when the hub crashes is lost, and nobody is answered.
 */
final class SimStore implements InsightStore {

  /** Told of each change and each hello that became durable. */
  interface Commits {
    void committed(Change change, Cursor before, Outcome now);

    void greeted(Greeting greeting);
  }

  /** One incarnation of one node. */
  private static final class Held {
    final EnumMap<Lane, Cursor> cursors = new EnumMap<>(Lane.class);
    final Map<String, SeqRanges> positions = new TreeMap<>();
    Lineage lineage = new Lineage(List.of());

    /** Whether it parted from another one, or another one from it. */
    boolean parted;
  }

  private record Waiting(Change change, CompletableFuture<Outcome> outcome) {}

  private final World world;
  private final long commitNanos;
  private final Commits commits;
  private final Planted planted;
  private final Map<String, Map<Incarnation, Held>> nodes = new TreeMap<>();
  private List<Waiting> waiting = new ArrayList<>();
  private int life;
  private boolean failing;

  SimStore(World world, long commitNanos, Commits commits, Planted planted) {
    this.world = world;
    this.commitNanos = commitNanos;
    this.commits = commits;
    this.planted = planted;
  }

  /** The hub's machine went down. */
  void crash() {
    life++;
    if (planted.is(PlantedBug.STORE_SPLITS_TRANSACTION)) {
      waiting.forEach(each -> commitRowsOnly(each.change()));
    }
    waiting = new ArrayList<>();
  }

  /** Every call fails, as on a disk that answers with errors. */
  void fail(boolean now) {
    failing = now;
  }

  private Held held(NodeId node, Incarnation incarnation) {
    return nodes
        .computeIfAbsent(node.value(), name -> new TreeMap<>())
        .computeIfAbsent(incarnation, id -> new Held());
  }

  @Override
  public CompletionStage<Map<Lane, Cursor>> cursors(NodeId node, Incarnation incarnation) {
    if (failing) {
      return failed();
    }
    Map<Lane, Cursor> cursors = new EnumMap<>(held(node, incarnation).cursors);
    return later(() -> Collections.unmodifiableMap(cursors));
  }

  @Override
  public CompletionStage<Outcome> apply(Change change) {
    if (failing) {
      return failed();
    }
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    waiting.add(new Waiting(change, outcome));
    if (waiting.size() == 1) {
      int ofLife = life;
      world.after(
          commitNanos,
          () -> {
            if (ofLife == life) {
              commit();
            }
          });
    }
    return outcome;
  }

  private void commit() {
    List<Waiting> group = waiting;
    waiting = new ArrayList<>();
    for (Waiting each : group) {
      each.outcome().complete(commit(each.change()));
    }
  }

  private void commitRowsOnly(Change change) {
    Cursor before =
        held(change.lane().node(), change.lane().incarnation())
            .cursors
            .getOrDefault(change.lane().lane(), Cursor.EMPTY);
    if (before.held().equals(change.expected())) {
      commits.committed(change, before, new Outcome(true, after(before, change)));
    }
  }

  private Outcome commit(Change change) {
    LaneKey lane = change.lane();
    Map<Lane, Cursor> cursors = held(lane.node(), lane.incarnation()).cursors;
    Cursor before = cursors.getOrDefault(lane.lane(), Cursor.EMPTY);
    if (!before.held().equals(change.expected())) {
      return new Outcome(false, before);
    }
    Cursor after = after(before, change);
    cursors.put(lane.lane(), after);
    SeqRanges repeated =
        change instanceof StoreBlock block ? remember(block, before) : SeqRanges.EMPTY;
    Outcome outcome = new Outcome(true, after, SeqRanges.EMPTY, repeated);
    commits.committed(change, before, outcome);
    return outcome;
  }

  /** Returns what another incarnation brought before; remembers the rest. */
  private SeqRanges remember(StoreBlock block, Cursor before) {
    Held own = held(block.lane().node(), block.lane().incarnation());
    List<SeqRange> repeated = new ArrayList<>();
    Map<String, List<SeqRange>> news = new TreeMap<>();
    for (SeqRange range : before.missing(block.seqs()).ranges()) {
      for (long seq = range.first(); seq <= range.last(); seq++) {
        Insight insight = block.insights().get(Math.toIntExact(seq - block.seqs().first()));
        SourcePosition from = insight.source();
        if (from == null || from.isOwn()) {
          continue;
        }
        if (isKnown(block.lane().node(), own, from)) {
          repeated.add(new SeqRange(seq, seq));
        } else {
          news.computeIfAbsent(from.source(), name -> new ArrayList<>())
              .add(new SeqRange(from.position(), from.position()));
        }
      }
    }
    news.forEach(
        (source, positions) ->
            own.positions.merge(source, SeqRanges.of(positions), SeqRanges::plus));
    return SeqRanges.of(repeated);
  }

  private boolean isKnown(NodeId node, Held own, SourcePosition from) {
    if (!own.parted || planted.is(PlantedBug.STORE_FORGETS_POSITIONS)) {
      return false;
    }
    for (Held other : nodes.getOrDefault(node.value(), Collections.emptyMap()).values()) {
      if (other != own
          && other.parted
          && other
              .positions
              .getOrDefault(from.source(), SeqRanges.EMPTY)
              .contains(from.position())) {
        return true;
      }
    }
    return false;
  }

  private Cursor after(Cursor before, Change change) {
    if (change instanceof StoreBlock block) {
      return before.afterStore(block.seqs());
    }
    if (change instanceof Quarantine damaged) {
      return before.afterQuarantine(damaged.seqs());
    }
    DeclareLost declared = (DeclareLost) change;
    if (planted.is(PlantedBug.STORE_COUNTS_LOST_TWICE)) {
      SeqRanges ranges = declared.own();
      return new Cursor(
          before.held().plus(ranges),
          before.declaredLost().plus(ranges),
          before.quarantined().plus(ranges),
          declared.loss().id());
    }
    return before.afterLoss(declared);
  }

  @Override
  public CompletionStage<HelloOutcome> recordHello(Greeting greeting) {
    if (failing) {
      return failed();
    }
    return later(
        () -> {
          HelloOutcome outcome = compare(greeting);
          if (outcome.fork().isEmpty()) {
            commits.greeted(greeting);
            if (greeting.incarnations().size() > 1) {
              greeting.incarnations().forEach(each -> held(greeting.node(), each).parted = true);
            }
            if (!planted.is(PlantedBug.STORE_FORGETS_LINEAGE)) {
              held(greeting.node(), greeting.incarnation()).lineage = greeting.lineage();
            }
          }
          return outcome;
        });
  }

  @Override
  public CompletionStage<HelloOutcome> compareHello(Greeting greeting) {
    return failing ? failed() : later(() -> compare(greeting));
  }

  private HelloOutcome compare(Greeting greeting) {
    Map<Incarnation, Map<Lane, Cursor>> cursors = new LinkedHashMap<>();
    for (Incarnation each : greeting.incarnations()) {
      cursors.put(each, held(greeting.node(), each).cursors);
    }
    Lineage known = held(greeting.node(), greeting.incarnation()).lineage;
    return HelloOutcome.of(known, cursors, greeting);
  }

  @Override
  public CompletionStage<Void> recordBootTime(NodeId node, BootTime nodeTime, long hubWallMillis) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}

  private <T> CompletionStage<T> later(java.util.function.Supplier<T> answer) {
    CompletableFuture<T> promise = new CompletableFuture<>();
    int ofLife = life;
    world.after(
        commitNanos,
        () -> {
          if (ofLife == life) {
            promise.complete(answer.get());
          }
        });
    return promise;
  }

  private static <T> CompletionStage<T> failed() {
    return CompletableFuture.failedFuture(new StoreException("the disk of the hub fails"));
  }
}
