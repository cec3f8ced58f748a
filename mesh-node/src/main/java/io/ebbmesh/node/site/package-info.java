/**
 * Receives inference requests that this node's devices cannot serve, and requests of neighbours on
 * the same LAN; hands each to a node that serves the model and brings the answer back in time.
 */
@NullMarked
package io.ebbmesh.node.site;

import org.jspecify.annotations.NullMarked;
