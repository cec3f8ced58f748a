package io.ebbmesh.sim.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CrashBenchTest {

  @TempDir private Path folder;

  @Test
  void nothingAcceptedIsLostWhenTheNodeIsKilledTwice() throws Exception {
    JsonNode report = run("--kills", "2", "--target", "node", "--seed", "3");

    assertThat(report.path("kills").asInt()).isEqualTo(2);
    assertKept(report);
  }

  @Test
  void nothingAcceptedIsLostWhenTheHubIsKilled() throws Exception {
    JsonNode report = run("--kills", "1", "--target", "hub", "--seed", "4");

    assertThat(report.path("kills").asInt()).isEqualTo(1);
    assertKept(report);
  }

  @Test
  void nothingAcceptedIsLostWhenNodeAndHubAreKilledAtNamedSteps() throws Exception {
    JsonNode report =
        run(
            "--matrix",
            "--times",
            "1",
            "--steps",
            "synced,merged,folded,committed",
            "--random",
            "0",
            "--seed",
            "5");

    assertThat(report.path("killsAtSteps"))
        .hasToString("{\"committed\":1,\"folded\":1,\"merged\":1,\"synced\":1}");
    assertThat(report.path("folded").asLong()).isPositive();
    assertKept(report);
  }

  private JsonNode run(String... options) throws Exception {
    Path json = folder.resolve("report.json");
    Path stores = folder.resolve("stores");
    int exit =
        new CommandLine(new CrashBench())
            .execute(
                Stream.concat(
                        Stream.of(options),
                        Stream.of(
                            "--workers",
                            "4",
                            "--dir",
                            stores.toString(),
                            "--json",
                            json.toString()))
                    .toArray(String[]::new));
    String report = Files.readString(json);
    assertThat(exit).as(report).isZero();
    assertThat(stores).doesNotExist();
    return new ObjectMapper().readTree(report);
  }

  private static void assertKept(JsonNode report) {
    assertThat(report.path("accepted").asLong()).isPositive();
    assertThat(report.path("acceptedButLost").asLong()).isZero();
    assertThat(report.path("duplicates").asLong()).isZero();
    assertThat(report.path("balanced").asBoolean()).isTrue();
  }
}
