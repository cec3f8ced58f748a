/**
 * Judges a release before it may serve: signature, release number, variant, digests, golden
 * answers. Takes signed manifests and files from {@code fetch}, hands candidates to {@code
 * activate}.
 */
@NullMarked
package io.ebbmesh.sync.model.verify;

import org.jspecify.annotations.NullMarked;
