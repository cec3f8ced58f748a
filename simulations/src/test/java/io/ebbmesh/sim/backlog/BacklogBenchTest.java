package io.ebbmesh.sim.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BacklogBenchTest {

  @TempDir private Path folder;

  @Test
  void whatWasAcceptedOneAtATimeIsAtTheHubOnceAndInLargeBlocks() throws Exception {
    JsonNode report = run(new DrainBench(), ExitCode.OK, "--records", "2000");

    assertThat(report.path("books").path("stored").asLong()).isEqualTo(2_000);
    assertThat(report.path("duplicates").asLong()).isZero();
    assertThat(report.path("insightsPerBlock").asDouble()).isGreaterThan(100);
    assertThat(report.path("bytesPerInsight").asDouble()).isPositive();
  }

  @Test
  void whatIsMadeWhileABacklogDrainsIsAtTheHubToo() throws Exception {
    // Whether it is there in time is for a quiet machine to say.
    JsonNode report = run(new BacklogBench(), null, "--hours", "0.1", "--alarms-per-minute", "0");

    assertThat(report.path("backlog").asLong()).isEqualTo(7_200);
    assertThat(report.path("books").path("stored").asLong()).isGreaterThan(7_200);
    assertThat(report.path("firstLiveSeconds").asDouble()).isPositive();
  }

  private JsonNode run(Object bench, @Nullable Integer exitCode, String... options)
      throws Exception {
    Path json = folder.resolve("report.json");
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--json", json.toString()));
    int exit = new CommandLine(bench).execute(words.toArray(String[]::new));
    assertThat(json).exists();
    String text = Files.readString(json);
    if (exitCode != null) {
      assertThat(exit).as(text).isEqualTo(exitCode);
    }
    JsonNode report = new ObjectMapper().readTree(text);
    assertThat(report.path("books").path("balanced").asBoolean()).isTrue();
    return report;
  }
}
