package io.ebbmesh.protocol.model;

/**
 * A manifest as it travels and is kept: the signed bytes themselves, so that a signature never
 * depends on how a program encodes.
 *
 * @param keyId names the public key: the first 16 hexadecimal digits of the SHA-256 of its X.509
 *     form
 * @param manifest encoded {@link ModelManifest}
 * @param signature Ed25519 (RFC 8032) over {@code manifest}, 64 bytes
 */
public record SignedManifest(String keyId, byte[] manifest, byte[] signature) {

  /** Length of {@code keyId}. */
  public static final int KEY_ID_CHARS = 16;

  /** Length of {@code signature}. */
  public static final int SIGNATURE_BYTES = 64;
}
