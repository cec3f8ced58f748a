/**
 * Things that go wrong on purpose: receives plans from scenarios; acts on machines, wires and LANs
 * at the times that the plan and chance give, and says so.
 */
@NullMarked
package io.ebbmesh.sim.fault;

import org.jspecify.annotations.NullMarked;
