/** Tests of the benchmarks' own parts. */
@NullMarked
package io.ebbmesh.sim.bench;

import org.jspecify.annotations.NullMarked;
