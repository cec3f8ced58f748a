package io.ebbmesh.protocol;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.BlockSupport;
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
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The golden files. Started by hand with the folder to write them to, when a new format is added;
 * files of a format that was released are never written again.
 */
public final class GoldenFiles {

  private GoldenFiles() {}

  public static byte[] read(String name) throws IOException {
    try (InputStream in = GoldenFiles.class.getResourceAsStream("/golden/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    block(folder, "detections-v1", InsightSamples.detections(42, 200));
    block(folder, "odd-v1", InsightSamples.odd(42, 60));
    block(folder, "readings-v1", InsightSamples.readings(42, 100));
    block(folder, "single-v1", InsightSamples.detections(43, 1));
    block(folder, "single-v1-dictionary-1", InsightSamples.detections(44, 1), 1);
    block(folder, "readings-v1-dictionary-1", InsightSamples.readings(44, 12), 1);
    for (Map.Entry<String, Frame> frame : FrameSamples.all().entrySet()) {
      write(folder, "frame-" + frame.getKey() + "-v1.bin", FrameCodec.encode(frame.getValue()));
    }
    write(folder, "manifest-v1.bin", ManifestCodec.encode(ManifestSamples.manifest()));
    write(folder, "signed-manifest-v1.bin", ManifestCodec.encodeSigned(ManifestSamples.signed()));
    write(folder, "inference-request-v1.bin", SiteCodec.encode(SiteSamples.request()));
    for (Map.Entry<String, InferenceAnswer> answer : SiteSamples.answers().entrySet()) {
      write(
          folder, "inference-" + answer.getKey() + "-v1.bin", SiteCodec.encode(answer.getValue()));
    }
  }

  /** A block, and beside it the same insights as messages, each with its length before it. */
  private static void block(
      Path folder, String name, List<Insight> insights, Integer... dictionaries)
      throws IOException {
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(messages);
    BlockEncoder encoder = new BlockEncoder(1, 3);
    for (Insight insight : insights) {
      encoder.add(insight);
      byte[] message = InsightCodec.encode(insight);
      data.writeInt(message.length);
      data.write(message);
    }
    BlockSupport reader = new BlockSupport(1, List.of(dictionaries));
    byte[] block = encoder.encode(Lane.INSIGHT, 701, InsightSamples.BASE, reader).bytes();
    write(folder, name + ".block", block);
    write(folder, name + ".insights", messages.toByteArray());
  }

  private static void write(Path folder, String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }
}
