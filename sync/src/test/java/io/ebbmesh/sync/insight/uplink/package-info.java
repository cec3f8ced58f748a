/** The uplink alone, and against the hub's ingest while everything between them fails. */
@NullMarked
package io.ebbmesh.sync.insight.uplink;

import org.jspecify.annotations.NullMarked;
