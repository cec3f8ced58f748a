package io.ebbmesh.node.config;

import java.nio.file.Path;

/** Two PKCS #12 files: who this process is, and whom it trusts. */
public record KeyFiles(
    Path keyStore, String keyStorePassword, Path trustStore, String trustStorePassword) {

  /** Leaves the passwords out, as settings are logged. */
  @Override
  public String toString() {
    return "KeyFiles[" + keyStore + ", " + trustStore + "]";
  }
}
