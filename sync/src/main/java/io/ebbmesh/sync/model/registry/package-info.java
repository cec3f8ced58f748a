/**
 * The hub's end of the model road: takes publications, keeps files by digest and signed manifests,
 * hands wishes and chunks to sessions and keeps what nodes report.
 */
@NullMarked
package io.ebbmesh.sync.model.registry;

import org.jspecify.annotations.NullMarked;
