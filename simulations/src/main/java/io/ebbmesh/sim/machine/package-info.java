/**
 * Simulated machines: a disk, a clock, a device, a place on a LAN and a wire, and on them the real
 * actors of a node or a hub. Receives power, faults and behaviours; tells witnesses what happens.
 */
@NullMarked
package io.ebbmesh.sim.machine;

import org.jspecify.annotations.NullMarked;
