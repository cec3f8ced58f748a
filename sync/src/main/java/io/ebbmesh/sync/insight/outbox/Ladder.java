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

  private final OutboxSettings settings;
  private final long budget;
  private final Map<Lane, Long> held;
  private final long total;

  /**
   * @param budget bytes that all lanes together may take
   * @param held bytes that each takes
   */
  Ladder(OutboxSettings settings, long budget, Map<Lane, Long> held) {
    this.settings = settings;
    this.budget = budget;
    this.held = new EnumMap<>(held);
    this.total = held.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * @param begun lanes whose relief has begun and goes on to its end
   * @param exhausted rungs with nothing left to give
   * @return null if no step is needed, or none is left
   */
  @Nullable Step next(Set<Lane> begun, Set<Rung> exhausted) {
    boolean pressed = total >= percent(budget, settings.budget().startPercent());
    for (Rung rung : Rung.values()) {
      long size = held.getOrDefault(rung.lane, 0L);
      if (size == 0 || exhausted.contains(rung)) {
        continue;
      }
      long quota = quota(rung.lane);
      boolean over =
          size >= percent(quota, settings.budget().startPercent()) || begun.contains(rung.lane);
      long excess = over ? size - percent(quota, settings.budget().endPercent()) : 0;
      if (pressed) {
        excess = Math.max(excess, total - percent(budget, settings.budget().endPercent()));
      }
      if (excess > 0) {
        return new Step(rung, Math.min(excess, settings.budget().stepBytes()));
      }
    }
    return null;
  }

  /** How large a lane may become before it asks for relief, and before it takes no more. */
  Bounds bounds(Lane lane) {
    long size = Objects.requireNonNull(held.get(lane));
    int start = settings.budget().startPercent();
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
    return Math.max(
        0, percent(quota(lane), settings.budget().startPercent()) - held.getOrDefault(lane, 0L));
  }

  /** Bytes until insights are given up for the budget of all. */
  long left() {
    return Math.max(0, percent(budget, settings.budget().startPercent()) - total);
  }

  long total() {
    return total;
  }

  private long quota(Lane lane) {
    return settings.lane(lane).quota().ofBudget(budget);
  }

  private static long percent(long bytes, int percent) {
    return (long) (bytes * (percent / 100.0));
  }
}
