/** The insight road from the outbox to the hub's store, with all its real parts. */
@NullMarked
package io.ebbmesh.sync.insight;

import org.jspecify.annotations.NullMarked;
