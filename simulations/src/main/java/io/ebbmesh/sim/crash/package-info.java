/**
 * Kills real processes and cuts real power while readings are being accepted, then compares what
 * was promised with what is there. Starts hub and node through {@code process}; hands results to
 * {@code report}.
 */
@NullMarked
package io.ebbmesh.sim.crash;

import org.jspecify.annotations.NullMarked;
