/**
 * Links that fail on purpose: stands between node and hub, takes bytes from either and hands them
 * on, late or not at all.
 */
@NullMarked
package io.ebbmesh.sim.link;

import org.jspecify.annotations.NullMarked;
