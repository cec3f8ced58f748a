package io.ebbmesh.node.credentials;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.config.KeyFiles;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.TlsIdentity;

/** Loads what the settings name. */
public final class Identities {

  private Identities() {}

  /**
   * Loads a certificate and its trust; blocks.
   *
   * @throws UserErrorException naming the file, the problem and the remedy
   */
  public static TlsIdentity load(KeyFiles files) {
    try {
      return TlsIdentity.load(
          files.keyStore(),
          files.keyStorePassword().toCharArray(),
          files.trustStore(),
          files.trustStorePassword().toCharArray());
    } catch (IdentityException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }
}
