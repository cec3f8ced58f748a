package io.ebbmesh.sim.link.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which condition a link is in at each moment: steps in time that repeat after a period, or whose
 * last one holds for ever. Immutable; thousands of nodes share the steps of one trace, each from
 * its own {@link #shifted} start.
 */
public final class LinkSchedule {

  /** As a period: the steps do not repeat. */
  public static final long ONCE = 0;

  /** No schedule has more steps than this: 100 ms steps for more than a week. */
  static final int MAX_STEPS = 10_000_000;

  private final long[] starts;
  private final LinkCondition[] conditions;
  private final long periodNanos;
  private final long offsetNanos;

  private LinkSchedule(
      long[] starts, LinkCondition[] conditions, long periodNanos, long offsetNanos) {
    this.starts = starts;
    this.conditions = conditions;
    this.periodNanos = periodNanos;
    this.offsetNanos = offsetNanos;
  }

  /** One condition for ever. */
  public static LinkSchedule always(LinkCondition condition) {
    return builder().from(0, condition).build(ONCE);
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * @param nanos since the start of the run, from 0
   */
  public LinkCondition at(long nanos) {
    return conditions[step(inTrace(nanos))];
  }

  /**
   * The first moment after this one at which the condition is another; {@link Long#MAX_VALUE} if
   * there is none.
   *
   * @param nanos since the start of the run, from 0
   */
  public long nextChange(long nanos) {
    long now = inTrace(nanos);
    int step = step(now);
    int last = starts.length - 1;
    if (step < last) {
      return sum(nanos, starts[step + 1] - now);
    }
    if (periodNanos == ONCE || last == 0) {
      return Long.MAX_VALUE;
    }
    long firstChange = conditions[last].equals(conditions[0]) ? starts[1] : 0;
    return sum(nanos, periodNanos - now + firstChange);
  }

  /** The same steps for a node that starts this far into them. */
  public LinkSchedule shifted(long nanos) {
    return new LinkSchedule(starts, conditions, periodNanos, inTrace(nanos));
  }

  /** The same steps with what they leave unsaid taken from the base. */
  public LinkSchedule over(LinkCondition base) {
    Builder filled = builder();
    for (int step = 0; step < starts.length; step++) {
      filled.from(starts[step], conditions[step].over(base));
    }
    return filled.build(periodNanos).shifted(offsetNanos);
  }

  /** After which the steps repeat; {@link #ONCE} if they do not. */
  public long periodNanos() {
    return periodNanos;
  }

  /** Number of steps in one period. */
  public int size() {
    return starts.length;
  }

  private long inTrace(long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException(nanos + " ns lies before the start; times begin at 0");
    }
    return periodNanos == ONCE
        ? sum(nanos, offsetNanos)
        : sum(nanos % periodNanos, offsetNanos) % periodNanos;
  }

  private int step(long inTrace) {
    int found = Arrays.binarySearch(starts, inTrace);
    return found >= 0 ? found : -found - 2;
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  /** Takes steps in order of time and merges those that change nothing. */
  public static final class Builder {

    private long[] starts = new long[16];
    private final List<LinkCondition> conditions = new ArrayList<>();
    private long latest = -1;

    private Builder() {}

    /**
     * @param startNanos 0 at first, then later than the step before
     * @throws IllegalArgumentException if it is not
     * @throws TraceException if there are too many steps
     */
    public Builder from(long startNanos, LinkCondition condition) {
      int size = conditions.size();
      if (size == 0 ? startNanos != 0 : startNanos <= latest) {
        throw new IllegalArgumentException(
            "a step at "
                + startNanos
                + " ns after one at "
                + latest
                + " ns; steps begin at 0 and ascend");
      }
      latest = startNanos;
      if (size > 0 && conditions.get(size - 1).equals(condition)) {
        return this;
      }
      if (size == MAX_STEPS) {
        throw new TraceException(
            "a trace has more than " + MAX_STEPS + " steps. Shorten it, or widen its steps.");
      }
      if (size == starts.length) {
        starts = Arrays.copyOf(starts, 2 * size);
      }
      starts[size] = startNanos;
      conditions.add(condition);
      return this;
    }

    /**
     * @param periodNanos longer than the start of the last step, or {@link #ONCE}
     */
    public LinkSchedule build(long periodNanos) {
      if (conditions.isEmpty()) {
        throw new IllegalArgumentException("a schedule needs a step at 0");
      }
      if (periodNanos != ONCE && periodNanos <= latest) {
        throw new IllegalArgumentException(
            "a period of " + periodNanos + " ns ends before the step at " + latest + " ns");
      }
      return new LinkSchedule(
          Arrays.copyOf(starts, conditions.size()),
          conditions.toArray(new LinkCondition[0]),
          periodNanos,
          0);
    }
  }
}
