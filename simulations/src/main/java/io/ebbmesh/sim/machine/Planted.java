package io.ebbmesh.sim.machine;

import org.jspecify.annotations.Nullable;

/**
 * Which planted bug the twins of a world have.
 *
 * @param bug null in an honest world
 */
public record Planted(@Nullable PlantedBug bug) {

  public static final Planted NOTHING = new Planted(null);

  boolean is(PlantedBug other) {
    return bug == other;
  }
}
