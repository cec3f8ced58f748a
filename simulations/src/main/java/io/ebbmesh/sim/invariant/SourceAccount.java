package io.ebbmesh.sim.invariant;

/** What became of the readings of one source, by position. */
final class SourceAccount {

  final String name;
  final Ranges accepted = new Ranges();
  final Ranges stored = new Ranges();

  /** Accepted once, and excused: an older disk was put back, or its bits were turned. */
  long excusedTo;

  long produced;

  SourceAccount(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
