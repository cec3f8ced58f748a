package io.ebbmesh.sim.world;

/** Hears every event of a run, in order, and sums them up in one number. */
public interface Trace {

  /** A task or timer of a process runs; number 0 is the world itself. */
  void step(long nanos, int process);

  /**
   * Something that a person would tell of the run.
   *
   * @param kind what it is
   * @param machine the machine it happened on; 0 is the world
   * @param a first number that says more; what it is depends on the kind
   * @param b second number
   */
  void event(long nanos, EventKind kind, int machine, long a, long b);

  /** Spreads the bits of a number over all bits of the result. */
  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
