/**
 * First step of the insight road at the edge: takes insights from pipelines, makes them durable,
 * and only then accepts them. Hands blocks on to {@code insight.uplink}.
 */
@NullMarked
package io.ebbmesh.sync.insight.outbox;

import org.jspecify.annotations.NullMarked;
