package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;
import org.jspecify.annotations.Nullable;

/**
 * A promise was broken.
 *
 * @param node which node it is about; null if it is about none
 * @param detail what was found
 */
public record Violation(Invariant invariant, @Nullable SimNode node, String detail) {

  @Override
  public String toString() {
    String where = node == null ? "" : node.name() + ": ";
    return invariant.name() + " (" + invariant.promise() + "): " + where + detail;
  }
}
