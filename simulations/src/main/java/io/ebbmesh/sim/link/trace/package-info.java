/**
 * What a link was like, moment by moment. Receives trace files of six formats, or a seed for its
 * own two generators; hands a schedule of link conditions to the simulated wire.
 */
@NullMarked
package io.ebbmesh.sim.link.trace;

import org.jspecify.annotations.NullMarked;
