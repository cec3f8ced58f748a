/**
 * The insight road's first step at the hub: takes pushed blocks and loss records from {@code
 * session}, decodes them, hands them on to {@code insight.store}, and acknowledges what is durable.
 */
@NullMarked
package io.ebbmesh.sync.insight.ingest;

import org.jspecify.annotations.NullMarked;
