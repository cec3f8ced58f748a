package io.ebbmesh.sim.check;

/**
 * What became of a store that was put back, and of a copy of a running one.
 *
 * @param accepted readings that a node answered as durable
 * @param stored rows at the hub
 * @param missing accepted and not stored
 * @param twice stored more than once
 * @param repeats readings that their producer posted again to a disk that had forgotten them
 * @param repeated of these, recognised by the hub and not stored again
 * @param heldBefore rows that the hub held before the image was put back
 * @param changed of these, gone or different at the end
 * @param incarnations of the one node id
 * @param rewoundNoticed whether the hub refused the store that was put back as it was
 * @param copyNoticed whether the hub refused the copy while the node was there
 * @param copyAdmittedAfterSeconds from the end of the node to the delivery of what the copy had
 * @param balanced whether the books of each incarnation balance
 * @param books as {@code ebbmesh inspect} prints them
 */
record RewindReport(
    int accepted,
    long stored,
    int missing,
    int twice,
    int repeats,
    long repeated,
    int heldBefore,
    int changed,
    long incarnations,
    boolean rewoundNoticed,
    boolean copyNoticed,
    double copyAdmittedAfterSeconds,
    boolean balanced,
    String books) {

  boolean held() {
    return missing == 0
        && twice == 0
        && stored == accepted
        && repeats > 0
        && repeated == repeats
        && changed == 0
        && heldBefore > 0
        && rewoundNoticed
        && copyNoticed
        && balanced
        && incarnations == 3;
  }
}
