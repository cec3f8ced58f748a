/** Tests of the edge pipeline with a scripted device, neighbour and outbox. */
@NullMarked
package io.ebbmesh.node.pipeline;

import org.jspecify.annotations.NullMarked;
