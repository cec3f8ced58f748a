package io.ebbmesh.sync.model.registry;

import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.SignedManifest;

/** Signs a manifest with the hub's key. */
@FunctionalInterface
public interface ManifestWriter {

  /**
   * @throws IllegalArgumentException if the manifest is over a limit, naming it
   */
  SignedManifest sign(ModelManifest manifest);
}
