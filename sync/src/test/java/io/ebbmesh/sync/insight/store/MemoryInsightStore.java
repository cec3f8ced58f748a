package io.ebbmesh.sync.insight.store;

import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.BootTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * An {@link InsightStore} in memory that commits when it is told to, and at a crash loses what was
 * not committed and fails its stages. One thread at a time.
 */
public final class MemoryInsightStore implements InsightStore {

  private record Holder(NodeId node, Incarnation incarnation) {}

  private record Task<T>(Supplier<T> work, CompletableFuture<T> done) {}

  private record Told<T>(CompletableFuture<T> done, T result) {
    void tell() {
      done.complete(result);
    }
  }

  private final Map<LaneKey, Cursor> cursors = new LinkedHashMap<>();
  private final Map<LaneKey, TreeMap<Long, Insight>> rows = new LinkedHashMap<>();
  private final List<Quarantine> quarantined = new ArrayList<>();
  private long maxQuarantineBytes = 1L << 30;
  private final Map<LaneKey, SeqRanges> repeated = new LinkedHashMap<>();
  private final Set<Holder> parted = new LinkedHashSet<>();
  private final Map<Holder, Lineage> lineages = new LinkedHashMap<>();
  private final Deque<Task<?>> waiting = new ArrayDeque<>();
  private boolean commitsAtOnce;

  /** From now on, or no longer: each call is committed before it returns. */
  public MemoryInsightStore commitsAtOnce(boolean atOnce) {
    commitsAtOnce = atOnce;
    if (atOnce) {
      commit();
    }
    return this;
  }

  public int waiting() {
    return waiting.size();
  }

  /** Commits all that waits, then completes its stages. */
  public void commit() {
    tellAll(write());
  }

  /** Commits all that waits, and crashes before anyone is told. */
  public void commitAndCrash() {
    for (Told<?> told : write()) {
      told.done().completeExceptionally(new StoreException("crashed after the commit"));
    }
  }

  /** Loses what waits. */
  public void crash() {
    while (!waiting.isEmpty()) {
      waiting.poll().done().completeExceptionally(new StoreException("crashed before the commit"));
    }
  }

  public Cursor cursor(LaneKey lane) {
    return cursors.getOrDefault(lane, Cursor.EMPTY);
  }

  /** Insights by sequence number. */
  public Map<Long, Insight> rows(LaneKey lane) {
    return Collections.unmodifiableMap(rows.getOrDefault(lane, new TreeMap<>()));
  }

  /** What is in quarantine, oldest first; without bytes where they were given up. */
  public List<Quarantine> quarantined() {
    return Collections.unmodifiableList(quarantined);
  }

  public List<Quarantine> quarantined(LaneKey lane) {
    return quarantined.stream().filter(each -> each.lane().equals(lane)).toList();
  }

  /** From now on the blocks in quarantine may have so many bytes together. */
  public void limitQuarantine(long maxBytes) {
    maxQuarantineBytes = maxBytes;
  }

  private void quarantine(Quarantine damaged) {
    quarantined.add(damaged);
    long bytes = quarantined.stream().mapToLong(each -> each.bytes().length).sum();
    for (int i = 0; bytes > maxQuarantineBytes; i++) {
      Quarantine old = quarantined.get(i);
      bytes -= old.bytes().length;
      quarantined.set(
          i, new Quarantine(old.lane(), old.expected(), old.seqs(), new byte[0], old.problem()));
    }
  }

  @Override
  public CompletionStage<Map<Lane, Cursor>> cursors(NodeId node, Incarnation incarnation) {
    return submit(() -> cursorsOf(node, incarnation));
  }

  private Map<Lane, Cursor> cursorsOf(NodeId node, Incarnation incarnation) {
    Map<Lane, Cursor> found = new EnumMap<>(Lane.class);
    cursors.forEach(
        (key, cursor) -> {
          if (key.node().equals(node) && key.incarnation().equals(incarnation)) {
            found.put(key.lane(), cursor);
          }
        });
    return found;
  }

  @Override
  public CompletionStage<Outcome> apply(Change change) {
    return submit(() -> write(change));
  }

  private Outcome write(Change change) {
    Cursor before = cursor(change.lane());
    if (!before.held().equals(change.expected())) {
      return new Outcome(false, before);
    }
    Cursor after = before;
    SeqRanges conflicts = SeqRanges.EMPTY;
    SeqRanges again = SeqRanges.EMPTY;
    if (change instanceof StoreBlock block) {
      conflicts = conflicts(block, before);
      again = again(block, before);
      repeated.merge(block.lane(), again, SeqRanges::plus);
      for (SeqRange range : before.missing(block.seqs()).minus(again).ranges()) {
        for (long seq = range.first(); seq <= range.last(); seq++) {
          Insight insight = block.insights().get((int) (seq - block.seqs().first()));
          Insight known =
              rows.computeIfAbsent(change.lane(), key -> new TreeMap<>()).put(seq, insight);
          if (known != null) {
            throw new IllegalStateException("stored twice: " + change.lane() + " " + seq);
          }
        }
      }
      after = before.afterStore(block.seqs());
    } else if (change instanceof Quarantine damaged) {
      if (!before.missing(damaged.seqs()).isEmpty()) {
        quarantine(damaged);
      }
      after = before.afterQuarantine(damaged.seqs());
    } else if (change instanceof DeclareLost lost) {
      after = before.afterLoss(lost);
    }
    cursors.put(change.lane(), after);
    return new Outcome(true, after, conflicts, again);
  }

  /** What another incarnation of a node whose store parted brought before. */
  private SeqRanges again(StoreBlock block, Cursor before) {
    Holder holder = new Holder(block.lane().node(), block.lane().incarnation());
    SeqRanges again = SeqRanges.EMPTY;
    for (int i = 0; parted.contains(holder) && i < block.insights().size(); i++) {
      Insight insight = block.insights().get(i);
      long seq = block.seqs().first() + i;
      if (rows.keySet().stream().anyMatch(lane -> isThere(insight, holder, lane))) {
        again = again.plus(new SeqRange(seq, seq));
      }
    }
    return again.minus(before.held());
  }

  private boolean isThere(Insight insight, Holder holder, LaneKey lane) {
    return insight.source() != null
        && !insight.source().isOwn()
        && lane.node().equals(holder.node())
        && !lane.incarnation().equals(holder.incarnation())
        && parted.contains(new Holder(lane.node(), lane.incarnation()))
        && rows(lane).values().stream()
            .anyMatch(
                row ->
                    Objects.equals(row.source(), insight.source())
                        && row.stream().equals(insight.stream())
                        && (insight.kind() == InsightKind.DETECTION
                            || Arrays.equals(row.values(), insight.values())));
  }

  private SeqRanges conflicts(StoreBlock block, Cursor before) {
    SeqRanges conflicts = SeqRanges.EMPTY;
    for (int i = 0; i < block.insights().size(); i++) {
      long seq = block.seqs().first() + i;
      Insight known = rows(block.lane()).get(seq);
      boolean differs =
          known != null
              && !Arrays.equals(
                  InsightCodec.encode(known), InsightCodec.encode(block.insights().get(i)));
      conflicts = differs ? conflicts.plus(new SeqRange(seq, seq)) : conflicts;
    }
    return conflicts.minus(before.missing(block.seqs()));
  }

  @Override
  public CompletionStage<HelloOutcome> recordHello(Greeting told) {
    return submit(
        () -> {
          HelloOutcome outcome = compare(told);
          if (outcome.fork().isEmpty()) {
            lineages.put(new Holder(told.node(), told.incarnation()), told.lineage());
            if (!told.ancestry().ancestors().isEmpty()) {
              told.incarnations().forEach(each -> parted.add(new Holder(told.node(), each)));
            }
          }
          return outcome;
        });
  }

  @Override
  public CompletionStage<HelloOutcome> compareHello(Greeting told) {
    return submit(() -> compare(told));
  }

  private HelloOutcome compare(Greeting told) {
    Map<Incarnation, Map<Lane, Cursor>> known = new LinkedHashMap<>();
    told.incarnations().forEach(each -> known.put(each, cursorsOf(told.node(), each)));
    Holder holder = new Holder(told.node(), told.incarnation());
    return HelloOutcome.of(lineages.getOrDefault(holder, new Lineage(List.of())), known, told);
  }

  @Override
  public CompletionStage<Void> recordBootTime(NodeId node, BootTime time, long hubWallMillis) {
    return done();
  }

  private static CompletionStage<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  private <T> CompletionStage<T> submit(Supplier<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    waiting.add(new Task<>(work, done));
    if (commitsAtOnce) {
      commit();
    }
    return done;
  }

  private List<Told<?>> write() {
    List<Told<?>> told = new ArrayList<>();
    while (!waiting.isEmpty()) {
      told.add(run(waiting.poll()));
    }
    return told;
  }

  private static <T> Told<T> run(Task<T> task) {
    return new Told<>(task.done(), task.work().get());
  }

  private static void tellAll(List<Told<?>> told) {
    told.forEach(Told::tell);
  }

  @Override
  public void close() {
    crash();
  }
}
