/**
 * Benchmarks: real parts of the program under load, beside the ceiling that the machine sets in the
 * same run. Receives options from the command line; hands reports to {@code report}.
 */
@NullMarked
package io.ebbmesh.sim.bench;

import org.jspecify.annotations.NullMarked;
