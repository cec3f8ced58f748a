/**
 * Real processes of the program and the wire between them: starts processes, watches their logs,
 * kills them; cuts, stalls, shapes and restores their links. Receives settings from {@code demo}
 * and {@code bench}; hands back what the processes did.
 */
@NullMarked
package io.ebbmesh.sim.process;

import org.jspecify.annotations.NullMarked;
