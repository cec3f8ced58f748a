package io.ebbmesh.protocol;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.BlockForms;
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
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.site.InferenceAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes the inputs from which the fuzz tests start; started by hand with the folder of the test
 * resources. What a search found lies beside them and is kept.
 */
final class FuzzSeeds {

  private static final int HELLO_AT = 4;

  private final Path resources;

  private FuzzSeeds(Path resources) {
    this.resources = resources;
  }

  public static void main(String[] arguments) throws IOException {
    FuzzSeeds seeds = new FuzzSeeds(Path.of(arguments[0]));
    seeds.blocks();
    seeds.frames();
    seeds.messages();
  }

  /** Each in all forms of input, see the test. */
  private void blocks() throws IOException {
    blocks("detection", InsightSamples.detections(1, 1));
    blocks("detections", InsightSamples.detections(2, 12));
    blocks("odd", InsightSamples.odd(3, 2));
    blocks("readings", InsightSamples.readings(4, 70));
  }

  private void blocks(String name, List<Insight> insights) throws IOException {
    BlockEncoder encoder = new BlockEncoder(3);
    insights.forEach(encoder::add);
    byte[] block = encoder.encode(Lane.INSIGHT, 7, InsightSamples.BASE).bytes();
    byte[] plain = BlockForms.unpacked(block);
    String test = "block/BlockFuzzTestInputs/bytesAreABlockOrATypedException/";
    write(test + name + "-as-it-is", prefixed(0, block));
    write(test + name + "-sealed", prefixed(1, block));
    write(test + name + "-plain", prefixed(2, plain));
    write(test + name + "-packed", prefixed(3, plain));
    write(test + name + "-packed-with-dictionary", prefixed(4, plain));
  }

  private void frames() throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.write(6);
    for (Map.Entry<String, Frame> sample : FrameSamples.all().entrySet()) {
      byte[] frame = FrameCodec.encode(sample.getValue());
      write(message("bytesAreAFrame") + sample.getKey(), frame);
      if (sample.getValue() instanceof Frame.Hello) {
        byte[] inside = Arrays.copyOfRange(frame, HELLO_AT, frame.length);
        write(message("bytesAreAHello") + sample.getKey(), inside);
      }
      stream.write(frame.length & 0x7F | 0x80);
      stream.write(frame.length >> 7);
      stream.writeBytes(frame);
    }
    String test = "codec/netty/FrameStreamFuzzTestInputs/aStreamIsFramesUntilItIsATypedException/";
    write(test + "all-frames", stream.toByteArray());
    write(test + "longest-length", new byte[] {1, -1, -1, -1, 3, 1});
    write(test + "unknown-then-heartbeat", new byte[] {0, 4, 1, (byte) 0xE2, 1, 0, 2, 1, 90});
  }

  private void messages() throws IOException {
    write(message("bytesAreAManifest") + "plain", ManifestCodec.encode(ManifestSamples.manifest()));
    write(
        message("bytesAreAManifest") + "signed",
        ManifestCodec.encodeSigned(ManifestSamples.signed()));
    write(
        message("bytesAreAMessageOfANeighbour") + "request",
        SiteCodec.encode(SiteSamples.request()));
    for (Map.Entry<String, InferenceAnswer> answer : SiteSamples.answers().entrySet()) {
      write(
          message("bytesAreAMessageOfANeighbour") + answer.getKey(),
          SiteCodec.encode(answer.getValue()));
    }
    write(
        message("bytesAreAnInsight") + "detection",
        InsightCodec.encode(InsightSamples.detections(1, 1).get(0)));
  }

  private static String message(String test) {
    return "codec/MessageFuzzTestInputs/" + test + "OrATypedException/";
  }

  private static byte[] prefixed(int first, byte[] bytes) {
    byte[] result = new byte[bytes.length + 1];
    result[0] = (byte) first;
    System.arraycopy(bytes, 0, result, 1, bytes.length);
    return result;
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = resources.resolve("io/ebbmesh/protocol").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
