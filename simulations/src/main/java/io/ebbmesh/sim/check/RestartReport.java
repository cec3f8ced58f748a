package io.ebbmesh.sim.check;

import java.util.List;

/**
 * How long a node with a backlog took to accept.
 *
 * @param insights in its outbox
 * @param blocks that hold them
 * @param insightsPerBlock on average
 * @param storeBytes bytes of these blocks
 * @param insightsAfterwards in the outbox after the last start
 * @param acceptingMillis from the start of the virtual machine until the outbox accepted, median
 * @param acceptingMillisMax the slowest
 * @param cpuMillis processor time until the node was ready, median: what a busy machine does not
 *     change
 * @param peakHeapBytes highest of all starts
 * @param liveHeapBytes after a full collection, highest of all starts
 * @param maxHeapBytes what the process was allowed
 * @param limitMillis what the median may be
 * @param starts single starts in milliseconds
 */
record RestartReport(
    long insights,
    int blocks,
    double insightsPerBlock,
    long storeBytes,
    long insightsAfterwards,
    long acceptingMillis,
    long acceptingMillisMax,
    long cpuMillis,
    long peakHeapBytes,
    long liveHeapBytes,
    long maxHeapBytes,
    long limitMillis,
    List<Long> starts) {

  boolean holds() {
    return acceptingMillis <= limitMillis
        && peakHeapBytes <= maxHeapBytes
        && insightsAfterwards == insights;
  }
}
