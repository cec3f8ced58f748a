package io.ebbmesh.node.hub;

import io.ebbmesh.node.credentials.SigningKeys;
import io.ebbmesh.protocol.codec.ManifestCodec;
import io.ebbmesh.protocol.model.ManifestSigner;
import io.ebbmesh.sync.model.registry.ManifestWriter;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Signs manifests with the key that the settings name. */
final class Signing {

  private Signing() {}

  static ManifestWriter with(@Nullable Path keyFile) throws IOException {
    if (keyFile == null) {
      return manifest -> {
        throw new IllegalArgumentException(
            manifest.release()
                + " cannot be published: set ebbmesh.hub.models.signing-key to a key file");
      };
    }
    ManifestSigner signer = new ManifestSigner(SigningKeys.readPair(keyFile));
    return manifest -> signer.sign(ManifestCodec.encode(manifest));
  }
}
