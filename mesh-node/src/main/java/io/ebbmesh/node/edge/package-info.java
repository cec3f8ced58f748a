/**
 * The edge role: what a node is made of, in the order in which data flows. Receives readings from
 * {@code ingress}; binds the roads' ports to device, site and link.
 */
@NullMarked
package io.ebbmesh.node.edge;

import org.jspecify.annotations.NullMarked;
