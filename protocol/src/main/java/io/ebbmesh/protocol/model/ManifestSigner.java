package io.ebbmesh.protocol.model;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/** Signs encoded manifests with one Ed25519 key (RFC 8032). Any thread may use it. */
public final class ManifestSigner {

  private final KeyPair keys;
  private final String keyId;

  /**
   * A signer with this key.
   *
   * @throws IllegalArgumentException if the key is not for Ed25519
   */
  public ManifestSigner(KeyPair keys) {
    this.keys = keys;
    keyId = ManifestKeys.idOf(keys.getPublic());
  }

  /** Names the public key in each manifest signed. */
  public String keyId() {
    return keyId;
  }

  /**
   * Signs an encoded {@link ModelManifest}; the bytes are not copied.
   *
   * @throws IllegalStateException if the private key cannot be used
   */
  public SignedManifest sign(byte[] manifest) {
    try {
      Signature signature = Signature.getInstance(ManifestKeys.ALGORITHM);
      signature.initSign(keys.getPrivate());
      signature.update(manifest);
      return new SignedManifest(keyId, manifest, signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("key " + keyId + " cannot sign: " + e.getMessage(), e);
    }
  }
}
