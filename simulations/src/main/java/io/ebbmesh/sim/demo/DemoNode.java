package io.ebbmesh.sim.demo;

import java.util.List;

/**
 * One node of the demo.
 *
 * @param streams the motes that it reads
 * @param accelerator as in the node's settings
 */
record DemoNode(String name, List<String> streams, String accelerator) {

  static final DemoNode FIRST = new DemoNode("node-1", List.of("mote-1"), "cpu");

  /** The one that is killed. */
  static final DemoNode KILLED = new DemoNode("node-2", List.of("mote-2", "mote-3"), "cpu");

  /** Decides through its neighbours. */
  static final DemoNode WITHOUT_ACCELERATOR = new DemoNode("node-3", List.of("mote-4"), "none");

  static final List<DemoNode> ALL = List.of(FIRST, KILLED, WITHOUT_ACCELERATOR);
}
