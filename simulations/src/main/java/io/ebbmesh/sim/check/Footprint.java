package io.ebbmesh.sim.check;

import io.ebbmesh.sim.process.ProcessFigures;
import java.io.IOException;

/** What a process holds: as Linux counts it, and the heap of its virtual machine. */
record Footprint(ProcessFigures process, ChildHeap heap) {

  static Footprint of(long pid) throws IOException {
    // First: looking into the heap starts threads in the process that stay.
    ChildHeap heap = ChildHeap.of(pid);
    return new Footprint(ProcessFigures.of(pid), heap);
  }
}
