/**
 * What people ask a hub's store: receives words from the command line, reads insights through the
 * query port of {@code sync.insight.store} and prints them as a table, JSON lines or CSV.
 */
@NullMarked
package io.ebbmesh.node.insights;

import org.jspecify.annotations.NullMarked;
