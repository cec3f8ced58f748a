/**
 * The simulated wire: receives frames from the sessions of simulated nodes and hub, carries their
 * encoded bytes as traces, contact plans and faults allow, and hands them to the other end.
 */
@NullMarked
package io.ebbmesh.sim.link;

import org.jspecify.annotations.NullMarked;
