package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;

/**
 * One loss record that a hub holds.
 *
 * @param counted of its numbers, how many the hub did not hold when it came
 */
public record LossReport(NodeId node, Incarnation incarnation, LossRecord loss, long counted) {}
