/**
 * The project's own detector: receives temperature and humidity of a stream, gives {@code pipeline}
 * what the model is asked and how its answer is judged; at the hub it trains and evaluates.
 */
@NullMarked
package io.ebbmesh.node.detector;

import org.jspecify.annotations.NullMarked;
