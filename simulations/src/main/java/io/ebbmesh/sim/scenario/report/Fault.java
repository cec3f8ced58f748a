package io.ebbmesh.sim.scenario.report;

/** Something that the scenario broke or mended; {@code node} is -1 for the hub or for all. */
record Fault(long atNanos, int node, String kind, String text) {

  boolean hubWide() {
    return node < 0;
  }
}
