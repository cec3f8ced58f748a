package io.ebbmesh.node.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.UserErrorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DetectorCommandTest {

  @TempDir private Path folder = Path.of("");

  @Test
  void aTrainedDetectorIsEvaluatedFromItsFolderAndItsFiguresAreJson() throws Exception {
    Path model = folder.resolve("model");
    Path json = folder.resolve("figures.json");
    run("train", "--out", model.toString());
    run("evaluate", "--model", model.toString(), "--json", json.toString());
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.path("f1").asDouble()).isGreaterThan(0.93);
    assertThat(figures.path("delaySeconds").size()).isEqualTo(2);
    assertThat(figures.path("baselines").size()).isEqualTo(2);
    assertThat(figures.path("streams").size()).isEqualTo(4);
  }

  @Test
  void aFileThatCannotBeUsedIsAnErrorThatNamesIt() throws Exception {
    Path file = folder.resolve("bad.csv");
    Files.writeString(file, "mote_id,temperature,humidity,label\n1,20,NaN,0\n");
    assertThatThrownBy(() -> run("evaluate", "--file", file.toString()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageContaining("bad.csv line 2: column 'humidity' is 'NaN'");
    Files.writeString(file, "mote_id,temperature,humidity,label\n1,20,40,0\n");
    assertThatThrownBy(() -> run("evaluate", "--train", "--file", file.toString()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageContaining("stream 'mote-1' has 0 readings to train on");
    Files.writeString(file, "mote_id,temperature,humidity,label\n");
    assertThatThrownBy(() -> run("evaluate", "--file", file.toString()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageContaining("there are no readings");
    assertThatThrownBy(() -> run("evaluate", "--model", folder.toString()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageContaining("detector.json does not exist");
  }

  private static void run(String... arguments) throws Exception {
    AtomicReference<Exception> failure = new AtomicReference<>();
    new CommandLine(new DetectorCommand())
        .setExecutionExceptionHandler(
            (exception, line, result) -> {
              failure.set(exception);
              return 1;
            })
        .execute(arguments);
    if (failure.get() != null) {
      throw failure.get();
    }
  }
}
