package io.ebbmesh.sim.check;

import java.util.Map;

/**
 * Times of the insights of a node that booted in 1970.
 *
 * @param readings accepted by the node
 * @param delivered of these, held by the hub
 * @param offline of these, accepted while the node had never heard a hub's time
 * @param saidLowerBound insights in blocks whose time the node called a lower bound
 * @param furthestNodeErrorMillis furthest that the node's own estimate was from the truth
 * @param furthestErrorMillis furthest that a time at the hub is from the time of acceptance
 * @param byQuality insights by the quality of their time at the hub
 * @param held whether the promise held
 */
record ClockReport(
    int readings,
    int delivered,
    int offline,
    long saidLowerBound,
    long furthestNodeErrorMillis,
    long furthestErrorMillis,
    Map<String, Long> byQuality,
    boolean held) {}
