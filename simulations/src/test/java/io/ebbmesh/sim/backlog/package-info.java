/** Tests of the long runs about what a node holds, in short. */
@NullMarked
package io.ebbmesh.sim.backlog;

import org.jspecify.annotations.NullMarked;
