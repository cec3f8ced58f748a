/**
 * Receives readings from outside the program, whatever protocol brings them, and hands each to the
 * pipeline; brings back what became of it.
 */
@NullMarked
package io.ebbmesh.node.ingress;

import org.jspecify.annotations.NullMarked;
