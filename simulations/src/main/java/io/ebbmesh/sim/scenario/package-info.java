/**
 * Scenario files: receives HOCON, checks all of it, and hands on a fleet with its links, load and
 * faults, ready to run in a world.
 */
@NullMarked
package io.ebbmesh.sim.scenario;

import org.jspecify.annotations.NullMarked;
