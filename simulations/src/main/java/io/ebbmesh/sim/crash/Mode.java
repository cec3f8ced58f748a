package io.ebbmesh.sim.crash;

/** What happens to the process: SIGKILL alone, or the power of its disk goes first. */
enum Mode {
  KILL,
  POWER
}
