package io.ebbmesh.sync.model.verify;

import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;

/**
 * A release whose manifest was accepted.
 *
 * @param signed as it was sent, and as it is kept
 * @param variant the one for this node
 */
public record Candidate(
    SignedManifest signed, ModelManifest manifest, ModelManifest.Variant variant) {

  public ModelRelease release() {
    return manifest.release();
  }
}
