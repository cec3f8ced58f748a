/**
 * Measures the hub's ingest: receives a number of sessions and insights from {@code bench}, pushes
 * them over TLS into a real hub, asks the store meanwhile, and hands on the figures.
 */
@NullMarked
package io.ebbmesh.sim.ingest;

import org.jspecify.annotations.NullMarked;
