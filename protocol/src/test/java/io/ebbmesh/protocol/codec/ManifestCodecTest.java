package io.ebbmesh.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ebbmesh.protocol.codec.proto.PbModelManifest;
import io.ebbmesh.protocol.codec.proto.PbParameter;
import io.ebbmesh.protocol.model.ModelManifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestCodecTest {

  @Test
  void aManifestComesBackAsItWas() throws FrameException {
    ModelManifest manifest = ManifestSamples.manifest();

    assertThat(ManifestCodec.decode(ManifestCodec.encode(manifest)))
        .usingRecursiveComparison()
        .isEqualTo(manifest);
  }

  @Test
  void theOrderOfParametersDoesNotChangeTheBytes() {
    ModelManifest manifest = ManifestSamples.manifest();
    Map<String, Double> turned = new LinkedHashMap<>();
    turned.put("threshold", 3.25);
    turned.put("quantile", 0.999);

    ModelManifest other =
        new ModelManifest(manifest.release(), manifest.variants(), turned, manifest.golden());

    assertThat(ManifestCodec.encode(other)).isEqualTo(ManifestCodec.encode(manifest));
  }

  @Test
  void parametersOutOfOrderAreMalformed() throws Exception {
    PbModelManifest.Builder message =
        PbModelManifest.parseFrom(ManifestCodec.encode(ManifestSamples.manifest())).toBuilder();
    message.addParameters(PbParameter.newBuilder().setKey("a"));
    assertMalformed(message, "parameters", "'a'");
  }

  @Test
  void chunksThatDoNotCoverTheFileAreMalformed() throws Exception {
    PbModelManifest.Builder message =
        PbModelManifest.parseFrom(ManifestCodec.encode(ManifestSamples.manifest())).toBuilder();
    message.getVariantsBuilder(0).setSizeBytes(3_001);
    assertMalformed(message, "chunk_digests", "4");
  }

  @Test
  void aChunkLengthOfZeroIsMalformed() throws Exception {
    PbModelManifest.Builder message =
        PbModelManifest.parseFrom(ManifestCodec.encode(ManifestSamples.manifest())).toBuilder();
    message.getVariantsBuilder(0).setChunkBytes(0);
    assertMalformed(message, "chunk_bytes");
  }

  @Test
  void aManifestWithoutVariantsIsNotWritten() {
    ModelManifest manifest = ManifestSamples.manifest();
    ModelManifest empty =
        new ModelManifest(manifest.release(), List.of(), manifest.parameters(), manifest.golden());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ManifestCodec.encode(empty))
        .withMessageContaining("variants");
  }

  private static void assertMalformed(PbModelManifest.Builder message, String... parts) {
    byte[] bytes = message.build().toByteArray();
    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(() -> ManifestCodec.decode(bytes))
        .satisfies(e -> assertThat(e).hasMessageContainingAll(parts));
  }
}
