package io.ebbmesh.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.ebbmesh.protocol.codec.FrameException.Reason;
import io.ebbmesh.protocol.codec.proto.PbInferenceAnswer;
import io.ebbmesh.protocol.codec.proto.PbInferenceRequest;
import io.ebbmesh.protocol.codec.proto.PbNamedTensor;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.protocol.site.SiteLimits;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SiteCodecTest {

  @Test
  void inputsComeBackInTheirOrder() throws FrameException {
    InferenceRequest read = SiteCodec.decodeRequest(SiteCodec.encode(SiteSamples.request()));

    assertThat(SiteSamples.plain(read)).isEqualTo(SiteSamples.plain(SiteSamples.request()));
    assertThat(read.inputs()).containsOnlyKeys("window", "mask", "nothing");
  }

  @Test
  void aTensorThatIsReadIsAViewOfTheBytes() throws FrameException {
    byte[] bytes = SiteCodec.encode(SiteSamples.request());
    Tensor mask = tensor(SiteCodec.decodeRequest(bytes), "mask");
    for (int i = 0; i + 3 <= bytes.length; i++) {
      if (bytes[i] == 1 && bytes[i + 1] == 0 && bytes[i + 2] == 1) {
        bytes[i] = 9;
      }
    }
    assertThat(mask.data().get(0)).isEqualTo((byte) 9);
  }

  private static Tensor tensor(InferenceRequest request, String name) {
    return Objects.requireNonNull(request.inputs().get(name));
  }

  @Test
  void aShapeThatDoesNotFitItsDataIsNamed() {
    assertTensorProblem(
        PbNamedTensor.newBuilder().setName("x").setType(1).addShape(3), "inputs", "12 bytes");
  }

  @Test
  void aShapeThatOverflowsIsNamed() {
    assertTensorProblem(
        PbNamedTensor.newBuilder().setName("x").setType(6).addShape(1L << 61), "inputs", "memory");
  }

  @Test
  void anUnknownElementTypeIsNamed() {
    assertTensorProblem(PbNamedTensor.newBuilder().setName("x").setType(99), "inputs.type", "99");
  }

  @Test
  void aNameThatComesTwiceIsNamed() {
    PbNamedTensor tensor = PbNamedTensor.newBuilder().setName("x").setType(1).addShape(0).build();
    byte[] bytes =
        PbInferenceRequest.newBuilder().addInputs(tensor).addInputs(tensor).build().toByteArray();
    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(() -> SiteCodec.decodeRequest(bytes))
        .withMessageContaining("'x' twice");
  }

  @Test
  void aTensorOverTheLimitIsNeitherWrittenNorRead() {
    int tooLong = SiteLimits.MAX_TENSOR_BYTES + 1;
    Tensor tensor =
        new Tensor(ElementType.INT8, new long[] {tooLong}, ByteBuffer.allocate(tooLong));
    InferenceRequest request = new InferenceRequest("m", Map.of("x", tensor), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SiteCodec.encode(request))
        .withMessageContaining("inputs.data");

    byte[] bytes =
        PbInferenceRequest.newBuilder()
            .addInputs(
                PbNamedTensor.newBuilder()
                    .setName("x")
                    .setType(3)
                    .addShape(tooLong)
                    .setData(ByteString.copyFrom(new byte[tooLong])))
            .build()
            .toByteArray();
    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(() -> SiteCodec.decodeRequest(bytes))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OVER_LIMIT))
        .withMessageContaining("PbNamedTensor.data");
  }

  @Test
  void anAnswerOfANewKindCanBeToldApart() {
    byte[] bytes = PbInferenceAnswer.getDefaultInstance().toByteArray();
    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(() -> SiteCodec.decodeAnswer(bytes))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_TYPE));
  }

  private static void assertTensorProblem(PbNamedTensor.Builder tensor, String... parts) {
    byte[] bytes = PbInferenceRequest.newBuilder().addInputs(tensor).build().toByteArray();
    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(() -> SiteCodec.decodeRequest(bytes))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED))
        .satisfies(e -> assertThat(e).hasMessageContainingAll(parts));
  }
}
