/**
 * Last step of the insight road: where the hub keeps insights and cursors. Receives decoded blocks
 * from {@code insight.ingest}; hands rows to queries.
 */
@NullMarked
package io.ebbmesh.sync.insight.store;

import org.jspecify.annotations.NullMarked;
