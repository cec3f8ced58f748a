package io.ebbmesh.node.credentials;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Ed25519 keys that sign manifests, as PEM files (RFC 7468, RFC 8410). */
public final class SigningKeys {

  private static final String ALGORITHM = "Ed25519";

  private SigningKeys() {}

  /** Makes a key pair; the file with the private half has both and only its owner may read it. */
  public static void generate(Path privateFile, Path publicFile) throws IOException {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      CredentialsFolder.writePrivately(
          privateFile,
          pem("PRIVATE KEY", pair.getPrivate().getEncoded())
              + pem("PUBLIC KEY", pair.getPublic().getEncoded()));
      Files.writeString(publicFile, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no Ed25519", e);
    }
  }

  /**
   * Reads a file with both halves.
   *
   * @throws IOException naming the file and the remedy
   */
  public static KeyPair readPair(Path file) throws IOException {
    byte[] encoded = unpem(file, "PRIVATE KEY");
    try {
      PrivateKey key =
          KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return new KeyPair(readPublic(file), key);
    } catch (GeneralSecurityException e) {
      throw notAKey(file, "private", e);
    }
  }

  /**
   * Reads a public key.
   *
   * @throws IOException naming the file and the remedy
   */
  public static PublicKey readPublic(Path file) throws IOException {
    byte[] encoded = unpem(file, "PUBLIC KEY");
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw notAKey(file, "public", e);
    }
  }

  private static IOException notAKey(Path file, String half, Exception cause) {
    return new IOException(
        file + " holds no Ed25519 " + half + " key; 'ebbmesh pki init' makes one", cause);
  }

  private static String pem(String what, byte[] encoded) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
        + "\n-----END "
        + what
        + "-----\n";
  }

  private static byte[] unpem(Path file, String what) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "the key file " + file + " does not exist; 'ebbmesh pki init' makes one", e);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "this user may not read the key file " + file + ": give it the right", e);
    }
    String begin = "-----BEGIN " + what + "-----";
    String end = "-----END " + what + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new IOException(
          file + " is not a PEM file with a " + what + "; 'ebbmesh pki init' makes one");
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged: its base64 cannot be read", e);
    }
  }
}
