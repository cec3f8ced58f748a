/**
 * {@code ebbmesh simulate}: receives a scenario and seeds; runs them, and hands on figures, a
 * report, a trace, and for a broken promise what led to it and how to see it again.
 */
@NullMarked
package io.ebbmesh.sim.simulate;

import org.jspecify.annotations.NullMarked;
