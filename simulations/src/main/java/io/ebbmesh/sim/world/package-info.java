/**
 * The simulated world: one thread, one clock, one seed. Receives tasks and timers from the actor
 * systems of simulated processes and from faults; runs them in virtual time and hands every event
 * to the trace.
 */
@NullMarked
package io.ebbmesh.sim.world;

import org.jspecify.annotations.NullMarked;
