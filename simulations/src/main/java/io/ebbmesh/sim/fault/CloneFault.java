package io.ebbmesh.sim.fault;

import io.ebbmesh.sim.machine.SimNode;

/**
 * The disk of a machine is copied, whether it runs or not, and a second machine starts with the
 * copy at another place, with sensors of its own. At the end it is taken away for good.
 */
record CloneFault(Victim victim, SimNode copy) implements Episode {

  @Override
  public String begin() {
    SimNode node = victim.node();
    copy.disk().restore(node.disk().copy());
    copy.sensors().forEach(sensor -> sensor.beginAt(node.world().nowNanos()));
    copy.witness().cloned(node, copy);
    copy.boot();
    return "a copy of its disk starts as " + copy.name();
  }

  @Override
  public void end() {
    copy.retire();
  }
}
