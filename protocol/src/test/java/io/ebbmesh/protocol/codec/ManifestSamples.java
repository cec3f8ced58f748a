package io.ebbmesh.protocol.codec;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.model.ManifestSigner;
import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Golden;
import io.ebbmesh.protocol.model.ModelManifest.Variant;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A manifest with every field set, and the key of RFC 8032, section 7.1, test 1 to sign it. */
public final class ManifestSamples {

  private static final String PRIVATE_PREFIX = "302e020100300506032b657004220420";
  private static final String PUBLIC_PREFIX = "302a300506032b6570032100";

  private ManifestSamples() {}

  public static KeyPair keys() {
    HexFormat hex = HexFormat.of();
    try {
      KeyFactory factory = KeyFactory.getInstance("Ed25519");
      return new KeyPair(
          factory.generatePublic(
              new X509EncodedKeySpec(
                  hex.parseHex(
                      PUBLIC_PREFIX
                          + "d75a980182b10ab7d54bfed3c964073a"
                          + "0ee172f3daa62325af021a68f707511a"))),
          factory.generatePrivate(
              new PKCS8EncodedKeySpec(
                  hex.parseHex(
                      PRIVATE_PREFIX
                          + "9d61b19deffd5a60ba844af492ec2cc4"
                          + "4449c5697b326919703bac031cae7f60"))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static ModelManifest manifest() {
    byte[] file = new byte[2_500];
    Arrays.fill(file, (byte) 7);
    Variant variant =
        new Variant(
            "cpu",
            "onnx",
            file.length,
            Digest.of(file),
            1_000,
            List.of(
                Digest.of(file, 0, 1_000),
                Digest.of(file, 1_000, 1_000),
                Digest.of(file, 2_000, 500)));
    Map<String, Double> parameters = new LinkedHashMap<>();
    parameters.put("quantile", 0.999);
    parameters.put("threshold", 3.25);
    Golden golden = new Golden(new float[] {1, 2, 3}, new float[] {0.5f}, 1e-4f);
    return new ModelManifest(
        new ModelRelease("vibration", 41), List.of(variant), parameters, List.of(golden));
  }

  public static SignedManifest signed() {
    return new ManifestSigner(keys()).sign(ManifestCodec.encode(manifest()));
  }

  public static ManifestVerifier verifier() {
    return new ManifestVerifier(List.of(keys().getPublic()));
  }
}
