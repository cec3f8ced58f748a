/**
 * The hub's role: what a hub is made of, in the order in which data flows. Receives sessions from
 * nodes; binds the roads' ports to their adapters.
 */
@NullMarked
package io.ebbmesh.node.hub;

import org.jspecify.annotations.NullMarked;
