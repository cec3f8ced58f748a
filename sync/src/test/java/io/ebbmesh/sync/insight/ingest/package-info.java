/** The hub's ingest, and a driver of it for tests of both ends. */
@NullMarked
package io.ebbmesh.sync.insight.ingest;

import org.jspecify.annotations.NullMarked;
