/**
 * Made-up insights that look like those of real detectors, for benchmarks and tests; handed to the
 * outbox or to the block encoder like any other.
 */
@NullMarked
package io.ebbmesh.protocol.sample;

import org.jspecify.annotations.NullMarked;
