package io.ebbmesh.sim.scenario.report;

/** The totals of a recorded run, for tables and JSON; times and delays in virtual nanoseconds. */
public record RunFigures(
    long accepted,
    long stored,
    long declaredLost,
    long pending,
    long peakPending,
    long peakPendingAtNanos,
    long dials,
    long mostDialsInOneSecond,
    long peakSessions,
    long bytesUp,
    long bytesDown,
    long faults,
    Delay live,
    Delay backfilled) {

  /** From acceptance at the node to the hub's store; zeros when nothing was stored. */
  public record Delay(long count, long p50Nanos, long p90Nanos, long p99Nanos, long maxNanos) {

    static Delay of(Delays delays) {
      return new Delay(
          delays.count(),
          delays.percentileNanos(50),
          delays.percentileNanos(90),
          delays.percentileNanos(99),
          delays.maxNanos());
    }
  }
}
