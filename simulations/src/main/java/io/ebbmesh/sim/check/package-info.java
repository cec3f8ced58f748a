/**
 * Long runs that each prove one promise: restart time, single flipped bits, a site that loses two
 * nodes, a clock that says 1970, a simulator that agrees with real processes. Receives options from
 * {@code bench}; hands what it found to {@code report}.
 */
@NullMarked
package io.ebbmesh.sim.check;

import org.jspecify.annotations.NullMarked;
