package io.ebbmesh.protocol.model;

import io.ebbmesh.protocol.model.ManifestProblem.Reason;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Checks signatures of manifests against a set of trusted keys. Any thread may use it. */
public final class ManifestVerifier {

  private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{16}");

  private final Map<String, PublicKey> trusted = new TreeMap<>();

  /**
   * A verifier that trusts these keys and no others.
   *
   * @throws IllegalArgumentException if a key is not for Ed25519
   */
  public ManifestVerifier(Collection<PublicKey> keys) {
    for (PublicKey key : keys) {
      trusted.put(ManifestKeys.idOf(key), key);
    }
  }

  /**
   * Returns only if a trusted key signed exactly these bytes; says nothing about what they mean.
   *
   * @throws ManifestProblem if the manifest is not to be trusted
   */
  public void verify(SignedManifest manifest) throws ManifestProblem {
    if (!KEY_ID.matcher(manifest.keyId()).matches()) {
      throw new ManifestProblem(
          Reason.MALFORMED,
          "key id '" + manifest.keyId() + "' of the manifest is not 16 hexadecimal digits");
    }
    if (manifest.signature().length != SignedManifest.SIGNATURE_BYTES) {
      throw new ManifestProblem(
          Reason.MALFORMED,
          "signature of the manifest has "
              + manifest.signature().length
              + " bytes, not "
              + SignedManifest.SIGNATURE_BYTES);
    }
    PublicKey key = trusted.get(manifest.keyId());
    if (key == null) {
      throw new ManifestProblem(
          Reason.UNKNOWN_KEY,
          "manifest is signed with key "
              + manifest.keyId()
              + "; trusted are "
              + trusted.keySet()
              + ": add the key to the trusted ones if you know whose it is");
    }
    if (!signed(key, manifest)) {
      throw new ManifestProblem(
          Reason.BAD_SIGNATURE, "key " + manifest.keyId() + " did not sign this manifest");
    }
  }

  private static boolean signed(PublicKey key, SignedManifest manifest) {
    try {
      Signature signature = Signature.getInstance(ManifestKeys.ALGORITHM);
      signature.initVerify(key);
      signature.update(manifest.manifest());
      return signature.verify(manifest.signature());
    } catch (GeneralSecurityException e) {
      // Points off the curve and the like: such a signature was made by nobody.
      return false;
    }
  }
}
