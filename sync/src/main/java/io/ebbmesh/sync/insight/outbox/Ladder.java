package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.LaneRelief.How;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is given up next when a lane is over its quota, or all together over the budget: whichever
 * rung is the first with something on it. Alarms are on none: at the end they take no more.
 *
 * <p>While folds wait for room among the aggregates, what stands below folding is spared as long as
 * there is room: it is given up from half way between the start of relief and the limit on.
 */
final class Ladder {

  /** From what is missed least to what is missed most. */
  enum Rung {
    DROP_SAMPLES(Lane.SAMPLE, How.DROP),
    FOLD_INSIGHTS(Lane.INSIGHT, How.FOLD),
    DROP_AGGREGATES(Lane.AGGREGATE, How.DROP),
    /** What could not be folded. */
    DROP_INSIGHTS(Lane.INSIGHT, How.DROP);

    final Lane lane;
    final How how;

    Rung(Lane lane, How how) {
      this.lane = lane;
      this.how = how;
    }
  }

  /** Give up so much of the rung's lane. */
  record Step(Rung rung, long bytes) {}

  /** Of one lane: where relief starts, and where it takes no more; in bytes. */
  record Bounds(long startBytes, long fullBytes) {}

  private static final long LEAST_FOLD_BYTES = 64 * 1024;

  private final OutboxSettings settings;
  private final long budget;
  private final boolean foldsWait;
  private final Map<Lane, Long> held;
  private final long total;

  /**
   * @param budget bytes that all lanes together may take
   * @param held bytes that each takes
   * @param foldsWait whether no more can be folded until a fold was moved
   */
  Ladder(OutboxSettings settings, long budget, Map<Lane, Long> held, boolean foldsWait) {
    this.settings = settings;
    this.budget = budget;
    this.foldsWait = foldsWait;
    this.held = new EnumMap<>(held);
    this.total = held.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Says which reliefs begin and which are at their end. */
  void look(Begun begun) {
    held.forEach(
        (lane, size) -> {
          if (goesOn(size, quota(lane), begun.lanes.contains(lane))) {
            begun.lanes.add(lane);
          } else {
            begun.lanes.remove(lane);
          }
        });
    begun.all = goesOn(total, budget, begun.all);
  }

  private boolean goesOn(long size, long limit, boolean begun) {
    return size > end(limit) && (begun || size >= start(limit));
  }

  /**
   * @param exhausted rungs with nothing left to give
   * @return null if no step is needed, or none is left
   */
  @Nullable Step next(Begun begun, Set<Rung> exhausted) {
    for (Rung rung : Rung.values()) {
      long size = held.getOrDefault(rung.lane, 0L);
      boolean waits = foldsWait && rung == Rung.FOLD_INSIGHTS;
      if (size == 0 || waits || exhausted.contains(rung)) {
        continue;
      }
      long excess = foldsWait ? excessWhileFoldsWait(rung, begun) : excess(rung, begun);
      if (excess > 0) {
        long bytes = rung == Rung.FOLD_INSIGHTS ? Math.max(excess, leastFold()) : excess;
        return new Step(rung, Math.min(bytes, settings.budget().stepBytes()));
      }
    }
    return null;
  }

  /**
   * The aggregates of a few insights take more than these did; in a small lane, what is at hand.
   */
  private long leastFold() {
    long quota = quota(Lane.INSIGHT);
    return Math.min(LEAST_FOLD_BYTES, start(quota) - end(quota));
  }

  private long excess(Rung rung, Begun begun) {
    return Math.max(ofQuota(rung.lane, begun), begun.all ? total - end(budget) : 0);
  }

  private long ofQuota(Lane lane, Begun begun) {
    return begun.lanes.contains(lane) ? held.getOrDefault(lane, 0L) - end(quota(lane)) : 0;
  }

  /** What stands below folding has time, as long as there is room. */
  private long excessWhileFoldsWait(Rung rung, Begun begun) {
    if (rung.ordinal() < Rung.FOLD_INSIGHTS.ordinal()) {
      return excess(rung, begun);
    }
    long ofQuota =
        rung.lane == Lane.INSIGHT
            ? lastResort(held.getOrDefault(rung.lane, 0L), quota(rung.lane))
            : ofQuota(rung.lane, begun);
    return Math.max(ofQuota, lastResort(total, budget));
  }

  private long lastResort(long size, long limit) {
    return size >= percent(limit, settings.budget().lastPercent()) ? size - start(limit) : 0;
  }

  /** How large a lane may become before it asks for relief, and before it takes no more. */
  Bounds bounds(Lane lane) {
    long size = Objects.requireNonNull(held.get(lane));
    int start = foldsWait ? settings.budget().lastPercent() : settings.budget().startPercent();
    long quota = quota(lane);
    return new Bounds(
        Math.min(percent(quota, start), size + Math.max(0, percent(budget, start) - total)),
        Math.min(quota, size + Math.max(0, budget - total)));
  }

  /** Whether a lane is where it asks for relief. */
  boolean isOver(Lane lane) {
    return held.getOrDefault(lane, 0L) >= bounds(lane).startBytes();
  }

  /** Bytes until a lane gives up insights for its own quota. */
  long leftOf(Lane lane) {
    return Math.max(0, start(quota(lane)) - held.getOrDefault(lane, 0L));
  }

  /** Bytes until insights are given up for the budget of all. */
  long left() {
    return Math.max(0, start(budget) - total);
  }

  long total() {
    return total;
  }

  private long quota(Lane lane) {
    return settings.lane(lane).quota().ofBudget(budget);
  }

  private long start(long limit) {
    return percent(limit, settings.budget().startPercent());
  }

  private long end(long limit) {
    return percent(limit, settings.budget().endPercent());
  }

  private static long percent(long bytes, int percent) {
    return (long) (bytes * (percent / 100.0));
  }
}
