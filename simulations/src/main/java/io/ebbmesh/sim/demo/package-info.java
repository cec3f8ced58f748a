/**
 * {@code ebbmesh demo}: one hub and three nodes as processes, an outage and a crash. Receives the
 * shipped sensor data; hands on a live view, a table and a report of the books.
 */
@NullMarked
package io.ebbmesh.sim.demo;

import org.jspecify.annotations.NullMarked;
