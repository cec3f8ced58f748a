package io.ebbmesh.sim.machine;

import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.node.detector.DetectorParameters;
import io.ebbmesh.node.detector.Features;
import io.ebbmesh.protocol.model.ManifestSigner;
import io.ebbmesh.protocol.model.ModelManifest.Golden;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.model.registry.ModelRegistry;
import io.ebbmesh.sync.model.registry.Publication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.List;

/** The detector that simulated devices run: a linear function with the real one's signature. */
final class SimModel {

  static final ModelSignature SIGNATURE =
      new ModelSignature(
          List.of(
              new ModelSignature.Port(
                  Features.INPUT, ElementType.FLOAT32, new long[] {Features.WIDTH})),
          List.of(new ModelSignature.Port(Features.OUTPUT, ElementType.FLOAT32, new long[] {1})),
          true);

  private static final float[] WEIGHTS = {-0.6f, 0.1f, -0.1f};
  private static final double RATE = 0.02;
  private static final double SCALE = 1;
  private static final double THRESHOLD = 8;

  private SimModel() {}

  static float answer(float[] input) {
    float sum = 0;
    for (int i = 0; i < WEIGHTS.length; i++) {
      sum += WEIGHTS[i] * input[i];
    }
    return sum;
  }

  /** The key that signs manifests in this world. */
  static KeyPair key(Chance chance) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(255, new Seeded(chance));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no Ed25519", e);
    }
  }

  /** Publishes the first release. */
  static void publish(ModelRegistry registry, String model) throws IOException {
    Path file = Files.createTempFile("ebbmesh-model", ".sim");
    try {
      Files.write(file, "a linear detector".getBytes(StandardCharsets.UTF_8));
      float[] input = {1, 2, 3};
      registry.publish(
          new Publication(
              model,
              List.of(new Publication.VariantFile(SimDevice.KIND, "onnx", file)),
              new DetectorParameters(RATE, SCALE, RATE, SCALE, THRESHOLD).toMap(),
              List.of(new Golden(input, new float[] {answer(input)}, 1e-6f))));
    } finally {
      Files.delete(file);
    }
  }

  static ManifestSigner signer(KeyPair key) {
    return new ManifestSigner(key);
  }

  /** Looks like a source of secrets and repeats itself: for keys that protect nothing. */
  private static final class Seeded extends SecureRandom {

    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial")
    private final Chance chance;

    Seeded(Chance chance) {
      super(null, null);
      this.chance = chance;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) chance.nextLong();
      }
    }
  }
}
