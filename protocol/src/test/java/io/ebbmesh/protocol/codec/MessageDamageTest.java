package io.ebbmesh.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.ebbmesh.protocol.block.InsightSamples;
import io.ebbmesh.protocol.session.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageDamageTest {

  private static final int ROUNDS = 300;

  private interface Reader {
    Object read(byte[] bytes) throws FrameException;
  }

  @Test
  void damagedFramesGiveNothingButATypedException() {
    List<byte[]> frames = new ArrayList<>();
    for (Frame frame : FrameSamples.all().values()) {
      frames.add(FrameCodec.encode(frame));
    }
    assertTypedProblemsOnly(frames, FrameCodec::decode);
  }

  @Test
  void damagedMessagesOfTheSiteGiveNothingButATypedException() {
    List<byte[]> answers = new ArrayList<>();
    SiteSamples.answers().values().forEach(answer -> answers.add(SiteCodec.encode(answer)));
    assertTypedProblemsOnly(answers, SiteCodec::decodeAnswer);
    assertTypedProblemsOnly(
        List.of(SiteCodec.encode(SiteSamples.request())), SiteCodec::decodeRequest);
  }

  @Test
  void damagedManifestsGiveNothingButATypedException() {
    assertTypedProblemsOnly(
        List.of(ManifestCodec.encode(ManifestSamples.manifest())), ManifestCodec::decode);
    assertTypedProblemsOnly(
        List.of(ManifestCodec.encodeSigned(ManifestSamples.signed())), ManifestCodec::decodeSigned);
  }

  @Test
  void damagedInsightsGiveNothingButATypedException() {
    List<byte[]> insights = new ArrayList<>();
    InsightSamples.odd(1, 20).forEach(insight -> insights.add(InsightCodec.encode(insight)));
    assertTypedProblemsOnly(insights, InsightCodec::decode);
  }

  @Test
  void aFieldWithoutALimitIsNoticedAtOnce() {
    assertThatIllegalStateException()
        .isThrownBy(() -> WireLimits.of(FileDescriptorProto.getDescriptor()))
        .withMessageContaining("has no limit");
  }

  /** Flips, cuts and overwrites; anything but a message or its typed exception ends the test. */
  private static void assertTypedProblemsOnly(List<byte[]> messages, Reader reader) {
    SplittableRandom random = new SplittableRandom(messages.size());
    int refused = 0;
    for (byte[] message : messages) {
      for (int round = 0; round < ROUNDS; round++) {
        byte[] bytes = message.clone();
        for (int changes = random.nextInt(4); changes > 0; changes--) {
          int at = random.nextInt(bytes.length);
          bytes[at] =
              random.nextBoolean()
                  ? (byte) random.nextInt()
                  : (byte) (bytes[at] ^ 1 << random.nextInt(8));
        }
        if (random.nextInt(3) == 0) {
          bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
        }
        refused += refusal(bytes, reader) ? 1 : 0;
      }
    }
    assertThat(refused).isGreaterThan(messages.size() * ROUNDS / 10);
  }

  private static boolean refusal(byte[] bytes, Reader reader) {
    try {
      assertThat(reader.read(bytes)).isNotNull();
      return false;
    } catch (FrameException e) {
      assertThat(e).hasMessageMatching("(?s).{5,}");
      return true;
    }
  }
}
