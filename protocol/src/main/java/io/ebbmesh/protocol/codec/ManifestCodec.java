package io.ebbmesh.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.codec.proto.PbGolden;
import io.ebbmesh.protocol.codec.proto.PbModelManifest;
import io.ebbmesh.protocol.codec.proto.PbParameter;
import io.ebbmesh.protocol.codec.proto.PbSignedManifest;
import io.ebbmesh.protocol.codec.proto.PbVariant;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Golden;
import io.ebbmesh.protocol.model.ModelManifest.Variant;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.SessionLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Manifests and their bytes, as they are signed, kept and sent. */
public final class ManifestCodec {

  private static final WireLimits LIMITS = WireLimits.of(PbModelManifest.getDescriptor());
  private static final WireLimits SIGNED_LIMITS = WireLimits.of(PbSignedManifest.getDescriptor());

  private ManifestCodec() {}

  /**
   * The bytes to sign.
   *
   * @throws IllegalArgumentException if the manifest is over {@link
   *     SessionLimits#MAX_MANIFEST_BYTES} or does not pass what {@link #decode} checks
   */
  public static byte[] encode(ModelManifest manifest) {
    PbModelManifest.Builder message =
        PbModelManifest.newBuilder().setRelease(Fields.ofRelease(manifest.release()));
    for (Variant variant : manifest.variants()) {
      message.addVariants(ofVariant(variant));
    }
    for (Map.Entry<String, Double> entry : new TreeMap<>(manifest.parameters()).entrySet()) {
      message.addParameters(
          PbParameter.newBuilder().setKey(entry.getKey()).setValue(entry.getValue()));
    }
    for (Golden golden : manifest.golden()) {
      PbGolden.Builder known = PbGolden.newBuilder().setTolerance(golden.tolerance());
      for (float value : golden.input()) {
        known.addInput(value);
      }
      for (float value : golden.output()) {
        known.addOutput(value);
      }
      message.addGolden(known);
    }
    byte[] bytes = message.build().toByteArray();
    Fields.atMost("manifest", bytes.length, SessionLimits.MAX_MANIFEST_BYTES);
    try {
      decode(bytes);
    } catch (FrameException e) {
      throw new IllegalArgumentException("nobody could read this manifest: " + e.getMessage(), e);
    }
    return bytes;
  }

  private static PbVariant ofVariant(Variant variant) {
    PbVariant.Builder message =
        PbVariant.newBuilder()
            .setAccelerator(variant.accelerator())
            .setFormat(variant.format())
            .setSizeBytes(variant.sizeBytes())
            .setDigest(Fields.ofDigest(variant.digest()))
            .setChunkBytes(variant.chunkBytes());
    for (Digest digest : variant.chunkDigests()) {
      message.addChunkDigests(Fields.ofDigest(digest));
    }
    return message.build();
  }

  /**
   * Reads a manifest; its parameters are in ascending order of key.
   *
   * @throws FrameException if the bytes are no manifest, or one that contradicts itself
   */
  public static ModelManifest decode(byte[] bytes) throws FrameException {
    PbModelManifest message =
        Wire.parse(
            "manifest", UnsafeByteOperations.unsafeWrap(bytes), LIMITS, PbModelManifest.parser());
    Fields.present("manifest.release", message.hasRelease());
    List<Variant> variants = new ArrayList<>(message.getVariantsCount());
    for (PbVariant variant : message.getVariantsList()) {
      variants.add(variant(variant));
    }
    if (variants.isEmpty()) {
      throw FrameException.malformed("manifest.variants is empty");
    }
    Map<String, Double> parameters = new LinkedHashMap<>();
    String last = "";
    for (PbParameter parameter : message.getParametersList()) {
      if (parameter.getKey().compareTo(last) <= 0) {
        throw FrameException.malformed(
            "manifest.parameters.key '" + parameter.getKey() + "' is empty or out of order");
      }
      last = parameter.getKey();
      parameters.put(last, parameter.getValue());
    }
    List<Golden> golden = new ArrayList<>(message.getGoldenCount());
    for (PbGolden known : message.getGoldenList()) {
      golden.add(
          new Golden(
              floats(known.getInputList()), floats(known.getOutputList()), known.getTolerance()));
    }
    return new ModelManifest(
        Fields.release("manifest.release", message.getRelease()),
        List.copyOf(variants),
        Collections.unmodifiableMap(parameters),
        List.copyOf(golden));
  }

  private static Variant variant(PbVariant variant) throws FrameException {
    List<Digest> chunks = new ArrayList<>(variant.getChunkDigestsCount());
    for (ByteString digest : variant.getChunkDigestsList()) {
      chunks.add(Fields.digest("manifest.variants.chunk_digests", digest));
    }
    long size = Fields.natural("manifest.variants.size_bytes", variant.getSizeBytes());
    int chunkBytes = variant.getChunkBytes();
    if (chunkBytes < 1 || chunkBytes > SessionLimits.MAX_CHUNK_BYTES) {
      throw FrameException.malformed(
          "manifest.variants.chunk_bytes must be 1 to "
              + SessionLimits.MAX_CHUNK_BYTES
              + ", not "
              + Integer.toUnsignedString(chunkBytes));
    }
    long expected = size / chunkBytes + (size % chunkBytes == 0 ? 0 : 1);
    if (chunks.size() != expected) {
      throw FrameException.malformed(
          "manifest.variants.chunk_digests has "
              + chunks.size()
              + " entries where the file has "
              + expected
              + " chunks");
    }
    return new Variant(
        variant.getAccelerator(),
        variant.getFormat(),
        size,
        Fields.digest("manifest.variants.digest", variant.getDigest()),
        chunkBytes,
        List.copyOf(chunks));
  }

  private static float[] floats(List<Float> values) {
    float[] result = new float[values.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = values.get(i);
    }
    return result;
  }

  /**
   * A signed manifest as it is kept on disk.
   *
   * @throws IllegalArgumentException if it is over a limit of the wire, naming the field
   */
  public static byte[] encodeSigned(SignedManifest manifest) {
    return ofSigned(manifest).toByteArray();
  }

  /**
   * Reads a signed manifest; says nothing about its signature.
   *
   * @throws FrameException if the bytes are no such message
   */
  public static SignedManifest decodeSigned(byte[] bytes) throws FrameException {
    return signed(
        Wire.parse(
            "signed manifest",
            UnsafeByteOperations.unsafeWrap(bytes),
            SIGNED_LIMITS,
            PbSignedManifest.parser()));
  }

  static PbSignedManifest ofSigned(SignedManifest manifest) {
    Fields.atMost("signed_manifest.key_id", manifest.keyId().length(), SignedManifest.KEY_ID_CHARS);
    return PbSignedManifest.newBuilder()
        .setKeyId(manifest.keyId())
        .setManifest(
            Fields.ofBytes(
                "signed_manifest.manifest", manifest.manifest(), SessionLimits.MAX_MANIFEST_BYTES))
        .setSignature(
            Fields.ofBytes(
                "signed_manifest.signature", manifest.signature(), SignedManifest.SIGNATURE_BYTES))
        .build();
  }

  static SignedManifest signed(PbSignedManifest manifest) {
    return new SignedManifest(
        manifest.getKeyId(),
        manifest.getManifest().toByteArray(),
        manifest.getSignature().toByteArray());
  }
}
