package io.ebbmesh.sync.model.verify;

import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.SignedManifest;

/**
 * Opens a signed manifest: the signature is verified with the trusted keys before a byte is read.
 */
@FunctionalInterface
public interface ManifestReader {

  /**
   * @throws Rejected if the key is not trusted, the signature wrong, or the manifest unreadable
   */
  ModelManifest read(SignedManifest signed) throws Rejected;
}
