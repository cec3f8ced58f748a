/** Tests of the long runs, in short. */
@NullMarked
package io.ebbmesh.sim.check;

import org.jspecify.annotations.NullMarked;
