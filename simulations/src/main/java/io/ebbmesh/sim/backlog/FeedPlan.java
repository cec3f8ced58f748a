package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Lane;

/**
 * What a producer offers to one lane.
 *
 * @param sources put before the names of the sources, so that lanes do not share any
 * @param seed chooses the insights
 * @param sizeBytes of an insight as protobuf, on average
 * @param backlog insights that are offered first, as fast as they are accepted
 * @param inFlight offers of the backlog without an answer
 * @param perSecond insights a second after the backlog; 0 for none
 */
record FeedPlan(
    Lane lane,
    String sources,
    long seed,
    int sizeBytes,
    long backlog,
    int inFlight,
    double perSecond) {}
