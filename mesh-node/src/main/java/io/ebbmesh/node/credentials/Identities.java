package io.ebbmesh.node.credentials;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.config.KeyFiles;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.TlsIdentity;

/** Loads what the settings name. */
public final class Identities {

  private Identities() {}

  /**
   * Loads a certificate and its trust; blocks.
   *
   * @param self who the certificate must speak for
   * @param setting that says so
   * @throws UserErrorException naming the file, the problem and the remedy
   */
  public static TlsIdentity load(KeyFiles files, PeerName self, String setting) {
    try {
      TlsIdentity identity =
          TlsIdentity.load(
              files.keyStore(),
              files.keyStorePassword().toCharArray(),
              files.trustStore(),
              files.trustStorePassword().toCharArray());
      identity.requireName(self, setting);
      return identity;
    } catch (IdentityException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }
}
