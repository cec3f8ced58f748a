package io.ebbmesh.protocol.model;

import io.ebbmesh.protocol.block.Digest;
import java.security.PublicKey;

/** How public keys are named. */
final class ManifestKeys {

  static final String ALGORITHM = "Ed25519";

  private ManifestKeys() {}

  /**
   * First 16 hexadecimal digits of the SHA-256 of the X.509 form.
   *
   * @throws IllegalArgumentException if the key is not for Ed25519
   */
  static String idOf(PublicKey key) {
    if (!key.getAlgorithm().equals(ALGORITHM) && !key.getAlgorithm().equals("EdDSA")) {
      throw new IllegalArgumentException(
          "manifests are signed with " + ALGORITHM + " keys, not " + key.getAlgorithm());
    }
    return Digest.of(key.getEncoded()).toString().substring(0, SignedManifest.KEY_ID_CHARS);
  }
}
