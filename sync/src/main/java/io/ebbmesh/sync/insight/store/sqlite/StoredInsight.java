package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;

/**
 * One row of a hub's store.
 *
 * @param blockFirstSeq first sequence number of the block that brought it
 */
public record StoredInsight(
    Incarnation incarnation, Lane lane, long seq, long blockFirstSeq, Insight insight) {}
