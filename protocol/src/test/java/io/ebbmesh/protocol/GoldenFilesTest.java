package io.ebbmesh.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.InsightSamples;
import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.codec.FrameSamples;
import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.codec.ManifestCodec;
import io.ebbmesh.protocol.codec.ManifestSamples;
import io.ebbmesh.protocol.codec.SiteCodec;
import io.ebbmesh.protocol.codec.SiteSamples;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenFilesTest {

  static Set<String> frames() {
    return FrameSamples.all().keySet();
  }

  static Set<String> answers() {
    return SiteSamples.answers().keySet();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "detections-v1",
        "odd-v1",
        "readings-v1",
        "single-v1",
        "single-v1-dictionary-1",
        "readings-v1-dictionary-1"
      })
  void blocksOfTheFirstFormatAreStillRead(String name) throws Exception {
    List<byte[]> expected = new ArrayList<>();
    ByteBuffer messages = ByteBuffer.wrap(GoldenFiles.read(name + ".insights"));
    while (messages.hasRemaining()) {
      byte[] message = new byte[messages.getInt()];
      messages.get(message);
      expected.add(message);
    }

    Block block = BlockDecoder.parse(GoldenFiles.read(name + ".block"));

    assertThat(block.header().formatVersion()).isEqualTo(1);
    assertThat(block.header().dictionaryId()).isEqualTo(name.endsWith("-dictionary-1") ? 1 : 0);
    assertThat(block.header().lane()).isEqualTo(Lane.INSIGHT);
    assertThat(block.header().seqs()).isEqualTo(new SeqRange(701, 700 + expected.size()));
    assertThat(block.header().base()).isEqualTo(InsightSamples.BASE);
    List<Insight> insights = BlockDecoder.decode(block);
    for (int i = 0; i < expected.size(); i++) {
      // Compared as messages, which tell one NaN from another as arrays of floats do not.
      byte[] message = InsightCodec.encode(insights.get(i));
      assertThat(message).as("insight %d", i).isEqualTo(expected.get(i));
      assertThat(InsightCodec.encode(InsightCodec.decode(message))).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void framesOfTheFirstVersionAreStillReadAndWritten(String name) throws Exception {
    byte[] golden = GoldenFiles.read("frame-" + name + "-v1.bin");
    Frame frame = FrameSamples.of(name);

    assertThat(FrameCodec.decode(golden)).usingRecursiveComparison().isEqualTo(frame);
    assertThat(FrameCodec.encode(frame)).isEqualTo(golden);
  }

  @Test
  void manifestsAreStillReadAndWritten() throws Exception {
    byte[] golden = GoldenFiles.read("manifest-v1.bin");

    assertThat(ManifestCodec.decode(golden))
        .usingRecursiveComparison()
        .isEqualTo(ManifestSamples.manifest());
    assertThat(ManifestCodec.encode(ManifestSamples.manifest())).isEqualTo(golden);
  }

  @Test
  void signedManifestsAreStillReadAndTrusted() throws Exception {
    byte[] golden = GoldenFiles.read("signed-manifest-v1.bin");

    assertThat(ManifestCodec.decodeSigned(golden))
        .usingRecursiveComparison()
        .isEqualTo(ManifestSamples.signed());
    ManifestSamples.verifier().verify(ManifestCodec.decodeSigned(golden));
  }

  @Test
  void inferenceRequestsAreStillReadAndWritten() throws Exception {
    byte[] golden = GoldenFiles.read("inference-request-v1.bin");

    assertThat(SiteSamples.plain(SiteCodec.decodeRequest(golden)))
        .isEqualTo(SiteSamples.plain(SiteSamples.request()));
    assertThat(SiteCodec.encode(SiteSamples.request())).isEqualTo(golden);
  }

  @ParameterizedTest
  @MethodSource("answers")
  void inferenceAnswersAreStillReadAndWritten(String name) throws Exception {
    byte[] golden = GoldenFiles.read("inference-" + name + "-v1.bin");

    assertThat(SiteSamples.plain(SiteCodec.decodeAnswer(golden)))
        .isEqualTo(SiteSamples.plain(SiteSamples.answer(name)));
    assertThat(SiteCodec.encode(SiteSamples.answer(name))).isEqualTo(golden);
  }
}
