/**
 * Byte forms of what {@code sync} persists: receives events and snapshots from the journal plugin
 * by way of Pekko serialization and hands bytes back; the only user of generated protobuf here.
 */
@NullMarked
package io.ebbmesh.sync.codec;

import org.jspecify.annotations.NullMarked;
