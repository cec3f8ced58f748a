/**
 * The session between one node and its hub, below both roads: takes frames from {@code link},
 * greets, keeps alive and reconnects; hands frames on to the insight road and the model road by
 * type, and takes theirs to the wire.
 */
@NullMarked
package io.ebbmesh.sync.session;

import org.jspecify.annotations.NullMarked;
