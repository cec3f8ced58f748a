/**
 * The hub's store on SQLite, no server needed: receives changes through the port of {@code
 * insight.store}, groups them into durable transactions; hands rows to queries and reports.
 */
@NullMarked
package io.ebbmesh.sync.insight.store.sqlite;

import org.jspecify.annotations.NullMarked;
