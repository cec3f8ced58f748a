/**
 * The insight road's way to the wire: learns from {@code insight.outbox} which blocks are held,
 * reads them from the journal, pushes them through {@code session}, and tells the outbox what the
 * hub acknowledged.
 */
@NullMarked
package io.ebbmesh.sync.insight.uplink;

import org.jspecify.annotations.NullMarked;
