package io.ebbmesh.sim.simulate;

import io.ebbmesh.sim.world.World;

/** Runs a world to its end and tells people how far it is. */
interface Progress {

  /** Says nothing. */
  Progress NONE = World::runUntil;

  void run(World world, long untilNanos);
}
