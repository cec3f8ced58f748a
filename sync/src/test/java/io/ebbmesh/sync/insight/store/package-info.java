/** The contract of the hub's store, kept by both of its implementations. */
@NullMarked
package io.ebbmesh.sync.insight.store;

import org.jspecify.annotations.NullMarked;
