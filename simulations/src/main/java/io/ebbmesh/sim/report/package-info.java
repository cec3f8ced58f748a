/**
 * What a run found out, for people and for programs. Receives records from {@code demo}, {@code
 * bench} and {@code crash}; writes JSON files and tables.
 */
@NullMarked
package io.ebbmesh.sim.report;

import org.jspecify.annotations.NullMarked;
