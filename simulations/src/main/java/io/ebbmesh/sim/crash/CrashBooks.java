package io.ebbmesh.sim.crash;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sim.process.LaneSeq;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The producers' log on one side, the hub's rows and the node's outbox on the other.
 *
 * <p>Counted are readings, by key. A reading counts once, as the first of these that holds: stored
 * (the hub has a row of its source), quarantined, pending, declared lost (by the sequence number of
 * its acceptance), folded into an aggregate, or lost without a word. Sequence numbers that were
 * declared lost and that no producer was ever given, such as those that a torn tail may have had,
 * are {@code burnt} and stand apart.
 *
 * @param accepted readings that a producer heard to be accepted
 * @param produced these, and those that are stored without their producer having heard it
 * @param acceptedButLost accepted readings that are declared lost, or lost without a word
 * @param duplicates rows of a (source, position) that another row already has
 * @param folded accepted readings that an aggregate stands for
 * @param foldsBalance whether all aggregates together stand for as many insights as were folded
 * @param unknown rows that no producer ever posted
 * @param lostKeys keys of {@code acceptedButLost}
 */
record CrashBooks(
    long produced,
    long accepted,
    long acceptedButLost,
    long duplicates,
    long stored,
    long quarantined,
    long declaredLost,
    long folded,
    long pending,
    long burnt,
    long unknown,
    boolean lanesBalance,
    boolean foldsBalance,
    List<String> lostKeys) {

  private static final String SOURCE_PREFIX = "http/";
  private static final String FOLDS = SourcePosition.OWN_PREFIX + "insight";

  /**
   * What both ends hold, apart from rows.
   *
   * @param lanesBalance whether at the hub each held number is exactly one of stored, quarantined
   *     and declared lost
   */
  record Held(boolean lanesBalance, Map<Lane, Numbers> lanes) {

    static final Held NOTHING = new Held(true, Map.of());

    Numbers of(Lane lane) {
      return lanes.getOrDefault(lane, Numbers.NONE);
    }

    long count(Function<Numbers, SeqRanges> which) {
      return lanes.values().stream().mapToLong(lane -> which.apply(lane).count()).sum();
    }
  }

  /**
   * Numbers of one lane.
   *
   * @param quarantined at the hub
   * @param declaredLost at the hub, or at the node and not yet reported; without the folded
   * @param folded declared lost at the hub because aggregates stand for them
   * @param pending in the outbox and not at the hub
   */
  record Numbers(
      SeqRanges quarantined, SeqRanges declaredLost, SeqRanges folded, SeqRanges pending) {

    static final Numbers NONE =
        new Numbers(SeqRanges.EMPTY, SeqRanges.EMPTY, SeqRanges.EMPTY, SeqRanges.EMPTY);
  }

  /**
   * One row of the hub.
   *
   * @param score of an aggregate of folded insights: how many
   */
  record Row(String source, long position, double score) {}

  /**
   * Compares both sides.
   *
   * @param accepted lane and number by key; number 0 where the producer was not told one
   * @param posted whether a key was ever posted
   */
  static CrashBooks of(
      Map<String, LaneSeq> accepted, Predicate<String> posted, Iterable<Row> rows, Held held) {
    Set<String> stored = new LinkedHashSet<>();
    Set<Long> folds = new LinkedHashSet<>();
    long duplicates = 0;
    long unknown = 0;
    long aggregated = 0;
    for (Row row : rows) {
      if (row.source().equals(FOLDS)) {
        duplicates += folds.add(row.position()) ? 0 : 1;
        aggregated += (long) row.score();
        continue;
      }
      String key =
          row.source().startsWith(SOURCE_PREFIX)
              ? row.source().substring(SOURCE_PREFIX.length())
              : "";
      if (row.position() != 1 || !posted.test(key)) {
        unknown++;
      } else if (!stored.add(key)) {
        duplicates++;
      }
    }
    Missing missing = new Missing(held);
    long heard = 0;
    for (Map.Entry<String, LaneSeq> entry : accepted.entrySet()) {
      if (stored.contains(entry.getKey())) {
        heard++;
      } else {
        missing.add(entry.getKey(), entry.getValue());
      }
    }
    return new CrashBooks(
        accepted.size() + (stored.size() - heard),
        accepted.size(),
        missing.lost.size(),
        duplicates,
        stored.size(),
        missing.quarantined,
        missing.declaredLost,
        missing.folded,
        missing.pending,
        held.count(Numbers::declaredLost) - missing.declaredLost,
        unknown,
        held.lanesBalance(),
        aggregated == held.count(Numbers::folded),
        List.copyOf(missing.lost));
  }

  /** Accepted readings without a row. */
  private static final class Missing {

    private final Held held;
    private final List<String> lost = new ArrayList<>();
    private long quarantined;
    private long declaredLost;
    private long folded;
    private long pending;

    Missing(Held held) {
      this.held = held;
    }

    void add(String key, LaneSeq number) {
      Numbers lane = held.of(number.lane());
      long seq = number.seq();
      if (lane.quarantined().contains(seq)) {
        quarantined++;
      } else if (lane.pending().contains(seq)) {
        pending++;
      } else if (lane.folded().contains(seq)) {
        folded++;
      } else {
        declaredLost += lane.declaredLost().contains(seq) ? 1 : 0;
        lost.add(key);
      }
    }
  }

  /** Whether every reading that was produced is accounted for, once. */
  boolean balanced() {
    return produced == stored + quarantined + declaredLost + folded + pending
        && unknown == 0
        && lanesBalance
        && foldsBalance;
  }

  /** Whether every promise was kept. */
  boolean good() {
    return acceptedButLost == 0 && duplicates == 0 && balanced();
  }
}
