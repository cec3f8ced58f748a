/**
 * The edge pipeline: receives readings from {@code ingress}, has the model of this node or of a
 * neighbour decide, and hands each insight to the outbox in the order of its source.
 */
@NullMarked
package io.ebbmesh.node.pipeline;

import org.jspecify.annotations.NullMarked;
