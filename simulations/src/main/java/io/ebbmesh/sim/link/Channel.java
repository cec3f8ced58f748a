package io.ebbmesh.sim.link;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;

/** One direction of a wire: bytes leave one after another at the rate that the schedule allows. */
final class Channel {

  /** A rate from which sending takes no time. */
  private static final double INFINITE_BITS_PER_SECOND = 1e15;

  /** Payload of a packet and how TCP's rate follows from loss (Mathis et al., 1997). */
  private static final int PACKET_BYTES = 1_400;

  private static final double MATHIS = 1.22;
  private static final double NANOS = 1e9;

  /** What TCP waits at least before it sends again. */
  static final double MIN_RETRANSMISSION_NANOS = 200e6;

  private final LinkSchedule schedule;
  private final boolean toHub;
  private final long queueBytes;
  private long freeAtNanos;

  Channel(LinkSchedule schedule, boolean toHub, long queueBytes) {
    this.schedule = schedule;
    this.toHub = toHub;
    this.queueBytes = queueBytes;
  }

  /**
   * Sends bytes behind what was sent before.
   *
   * @return when they arrive; {@link Long#MAX_VALUE} if never
   */
  long send(long nowNanos, int bytes, Chance chance) {
    long start = Math.max(nowNanos, freeAtNanos);
    LinkCondition condition = schedule.at(nowNanos);
    boolean overflow = (start - nowNanos) * rate(condition) / 8 / NANOS > queueBytes;
    freeAtNanos = finish(start, bytes * 8.0);
    if (freeAtNanos == Long.MAX_VALUE) {
      return freeAtNanos;
    }
    LinkCondition then = schedule.at(freeAtNanos);
    long delay = latency(then, chance) + retransmissions(then, bytes, overflow, chance);
    return freeAtNanos + delay;
  }

  /** How long a packet without payload takes now. */
  long delay(Chance chance) {
    return latency(schedule.at(freeAtNanos), chance);
  }

  /**
   * How long bytes of a new connection take now, which need not wait behind those of another.
   *
   * @return {@link Long#MAX_VALUE} if they never arrive
   */
  long delay(long nowNanos, int bytes, Chance chance) {
    long left = finish(nowNanos, bytes * 8.0);
    return left == Long.MAX_VALUE ? left : left - nowNanos + latency(schedule.at(left), chance);
  }

  private static long latency(LinkCondition condition, Chance chance) {
    if (condition.jitterNanos() == 0) {
      return condition.latencyNanos();
    }
    double normal = 0;
    for (int i = 0; i < 4; i++) {
      normal += chance.nextDouble() - 0.5;
    }
    double deviation = normal * Math.sqrt(3) * condition.jitterNanos();
    return Math.max(condition.latencyNanos() / 2, condition.latencyNanos() + (long) deviation);
  }

  private static long retransmissions(
      LinkCondition condition, int bytes, boolean overflow, Chance chance) {
    double packets = Math.ceil((double) bytes / PACKET_BYTES);
    double lost = 1 - Math.pow(1 - condition.loss(), packets);
    double wait = Math.max(MIN_RETRANSMISSION_NANOS, 2.0 * condition.latencyNanos());
    double delay = overflow ? wait : 0;
    while (lost > 0 && chance.nextDouble() < lost && delay < 64 * wait) {
      delay += wait;
      wait *= 2;
      lost = condition.loss();
    }
    return (long) delay;
  }

  private double rate(LinkCondition condition) {
    double rate = toHub ? condition.upBitsPerSecond() : condition.downBitsPerSecond();
    if (condition.loss() > 0 && condition.latencyNanos() > 0) {
      double roundTripSeconds = 2 * condition.latencyNanos() / NANOS;
      double tcp = MATHIS * PACKET_BYTES * 8 / (roundTripSeconds * Math.sqrt(condition.loss()));
      return Math.min(rate, tcp);
    }
    return rate;
  }

  private long finish(long startNanos, double bits) {
    long at = startNanos;
    double left = bits;
    while (true) {
      LinkCondition condition = schedule.at(at);
      double rate = condition.up() ? rate(condition) : 0;
      if (rate >= INFINITE_BITS_PER_SECOND) {
        return at;
      }
      long change = schedule.nextChange(at);
      double needed = rate == 0 ? Double.POSITIVE_INFINITY : left / rate * NANOS;
      if (needed <= change - at) {
        return at + (long) Math.ceil(needed);
      }
      if (change == Long.MAX_VALUE) {
        return change;
      }
      left -= rate * (change - at) / NANOS;
      at = change;
    }
  }
}
