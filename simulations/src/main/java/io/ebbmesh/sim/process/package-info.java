/**
 * Real processes of the program: starts them, watches their logs, kills them. Receives settings
 * from {@code demo} and {@code bench}; hands back what the processes did.
 */
@NullMarked
package io.ebbmesh.sim.process;

import org.jspecify.annotations.NullMarked;
