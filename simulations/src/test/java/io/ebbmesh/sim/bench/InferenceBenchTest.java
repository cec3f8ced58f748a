package io.ebbmesh.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.device.ModelSignature.Port;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.sim.report.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InferenceBenchTest {

  @Test
  void makesItemsThatFitWhateverTheModelTakes() {
    ModelSignature signature =
        new ModelSignature(
            List.of(
                new Port("input_ids", ElementType.INT64, new long[] {-1}),
                new Port("attention_mask", ElementType.INT64, new long[] {-1}),
                new Port("token_type_ids", ElementType.INT32, new long[] {-1}),
                new Port("pixels", ElementType.FLOAT32, new long[] {3, -1, 2}),
                new Port("levels", ElementType.UINT8, new long[] {4})),
            List.of(),
            true);

    List<Map<String, Tensor>> items = new ModelInputs(signature, 8).items(3);

    assertThat(items).hasSize(3).allMatch(item -> signature.mismatch(item) == null);
    Tensor ids = Objects.requireNonNull(items.get(0).get("input_ids"));
    Tensor mask = Objects.requireNonNull(items.get(0).get("attention_mask"));
    for (int i = 0; i < 8; i++) {
      assertThat(ids.data().getLong(8 * i)).isBetween(1L, 999L);
      assertThat(mask.data().getLong(8 * i)).isEqualTo(1);
    }
  }

  @Test
  void reportsMediansUnderTheNamesThatTheyAreAskedFor() {
    List<InferenceReport.Run> runs =
        List.of(run(100, 90, 500, 400), run(80, 100, 900, 400), run(99, 100, 700, 450));
    InferenceReport report = InferenceReport.of(2, 5, runs);
    assertThat(report.ratio()).isCloseTo(0.99, within(1e-9));
    assertThat(report.addedP99Micros()).isCloseTo(250, within(1.0));
    assertThat(JsonFile.render(report).replaceAll("\\s", ""))
        .startsWith(
            "{\"meshPerSecond\":99.0,\"rawPerSecond\":100.0,\"ratio\":0.99,\"addedP99Micros\":");
  }

  @Test
  void aFileThatIsNoModelIsSaidSo(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("text.onnx"), "no model");
    CommandLine command =
        new CommandLine(new InferenceBench())
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  throw failure;
                });
    command.parseArgs("--model", file.toString());
    assertThatThrownBy(() -> ((InferenceBench) command.getCommand()).call())
        .isInstanceOf(UserErrorException.class)
        .hasMessageContaining("text.onnx");
  }

  private static InferenceReport.Run run(
      int meshCount, int rawCount, long meshMicros, long rawMicros) {
    return InferenceReport.Run.of(
        measured(meshCount, meshMicros),
        measured(rawCount, rawMicros),
        measured(meshCount, meshMicros),
        measured(rawCount, rawMicros));
  }

  private static Measured measured(int count, long micros) {
    Histogram latencies = Measured.histogram();
    latencies.recordValueWithCount(micros * 1_000, count);
    return new Measured(latencies, 1_000_000_000L, 0);
  }
}
