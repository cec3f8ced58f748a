package io.ebbmesh.protocol.model;

import io.ebbmesh.protocol.model.ManifestProblem.Reason;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Checks signatures of manifests against a set of trusted keys. Any thread may use it.
 *
 * <p>A hub says the same manifests again in every session; those last found good are known by every
 * byte of theirs, so that a reconnect does not cost a signature each.
 */
public final class ManifestVerifier {

  private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{16}");

  /** How many manifests are remembered as good. */
  private static final int REMEMBERED = 16;

  private final Map<String, PublicKey> trusted = new TreeMap<>();
  private final Deque<SignedManifest> good = new ArrayDeque<>();

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
    if (isKnown(manifest)) {
      return;
    }
    if (!signed(key, manifest)) {
      throw new ManifestProblem(
          Reason.BAD_SIGNATURE, "key " + manifest.keyId() + " did not sign this manifest");
    }
    remember(manifest);
  }

  private boolean isKnown(SignedManifest manifest) {
    synchronized (good) {
      for (SignedManifest known : good) {
        if (known.keyId().equals(manifest.keyId())
            && Arrays.equals(known.signature(), manifest.signature())
            && Arrays.equals(known.manifest(), manifest.manifest())) {
          return true;
        }
      }
      return false;
    }
  }

  /** Copies it: what the caller does with the arrays later must not change what is trusted. */
  private void remember(SignedManifest manifest) {
    SignedManifest copy =
        new SignedManifest(
            manifest.keyId(), manifest.manifest().clone(), manifest.signature().clone());
    synchronized (good) {
      if (good.size() == REMEMBERED) {
        good.removeLast();
      }
      good.addFirst(copy);
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
