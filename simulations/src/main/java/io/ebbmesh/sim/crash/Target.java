package io.ebbmesh.sim.crash;

/** Which process is hit. */
enum Target {
  NODE,
  HUB
}
