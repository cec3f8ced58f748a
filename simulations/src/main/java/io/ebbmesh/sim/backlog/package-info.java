/**
 * Long runs about what a node holds while it is offline: how fast it drains, how fresh what is new
 * arrives, what an idle node costs, what a link does to it that repeats and breaks frames. Starts
 * real processes through {@code check} and {@code process}; compares the source's own log with both
 * ends.
 */
@NullMarked
package io.ebbmesh.sim.backlog;

import org.jspecify.annotations.NullMarked;
