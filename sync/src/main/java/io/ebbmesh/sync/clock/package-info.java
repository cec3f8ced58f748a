/**
 * The node's and the hub's {@link io.ebbmesh.protocol.time.NodeClock}: takes the system's clocks,
 * what was persisted and what a hub said; hands out monotonic time and a wall time with its
 * quality. Below both roads; knows neither.
 */
@NullMarked
package io.ebbmesh.sync.clock;

import org.jspecify.annotations.NullMarked;
