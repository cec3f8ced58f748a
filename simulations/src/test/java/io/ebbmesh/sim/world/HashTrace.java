package io.ebbmesh.sim.world;

/** A trace that is only a number. */
public final class HashTrace implements Trace {

  private long hash;

  @Override
  public void step(long nanos, int process) {
    hash = Trace.mix(hash ^ nanos) + process;
  }

  @Override
  public void event(long nanos, EventKind kind, int machine, long a, long b) {
    hash = Trace.mix(Trace.mix(hash ^ nanos) + kind.ordinal() * 31L + machine) + Trace.mix(a) + b;
  }

  public long hash() {
    return hash;
  }
}
