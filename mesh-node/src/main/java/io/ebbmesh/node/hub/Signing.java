package io.ebbmesh.node.hub;

import io.ebbmesh.node.credentials.SigningKeys;
import io.ebbmesh.protocol.model.ManifestSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import org.jspecify.annotations.Nullable;

/** The key with which this hub signs what it publishes. */
final class Signing {

  private Signing() {}

  /** Without a key file, a key that no node trusts: such a hub hands out nothing of its own. */
  static ManifestSigner with(@Nullable Path keyFile) throws IOException {
    if (keyFile != null) {
      return new ManifestSigner(SigningKeys.readPair(keyFile));
    }
    try {
      return new ManifestSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no Ed25519", e);
    }
  }
}
