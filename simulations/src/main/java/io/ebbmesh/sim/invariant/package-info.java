/**
 * What must hold in every run, checked after each event. Receives what witnesses hear of a fleet;
 * hands on violations, each with the promise that was broken.
 */
@NullMarked
package io.ebbmesh.sim.invariant;

import org.jspecify.annotations.NullMarked;
