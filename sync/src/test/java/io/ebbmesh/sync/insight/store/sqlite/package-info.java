/** The store on SQLite, on real files. */
@NullMarked
package io.ebbmesh.sync.insight.store.sqlite;

import org.jspecify.annotations.NullMarked;
