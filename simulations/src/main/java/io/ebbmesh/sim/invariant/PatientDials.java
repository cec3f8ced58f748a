package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.world.World;
import java.util.Map;
import java.util.TreeMap;

/** A node dials at most once a second on average, whatever its link and its hub do. */
final class PatientDials extends Invariant {

  private static final long SECOND_NANOS = 1_000_000_000L;

  /** A program that starts again knows nothing of the dials of the one before it. */
  private static final long STARTS_NANOS = 5 * SECOND_NANOS;

  private final World world;

  /** By node: when it may dial next if it never dialled early. */
  private final Map<Integer, Long> nextNanos = new TreeMap<>();

  PatientDials(World world) {
    super(Invariants.PATIENT_DIALS, "a node dials at most once a second, however its link flaps");
    this.world = world;
  }

  @Override
  public void dialled(SimNode node) {
    long now = world.nowNanos();
    long next = nextNanos.getOrDefault(node.number(), now);
    check(
        next - now <= STARTS_NANOS,
        node,
        () -> "it is " + (next - now) / SECOND_NANOS + " dials ahead of one a second");
    nextNanos.put(node.number(), Math.max(next, now) + SECOND_NANOS);
  }
}
