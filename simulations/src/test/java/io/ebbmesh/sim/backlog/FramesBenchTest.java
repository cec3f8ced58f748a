package io.ebbmesh.sim.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FramesBenchTest {

  @TempDir private Path folder;

  @Test
  void insightsArriveOnceOverALinkThatRepeatsHoldsBackAndBreaksFrames() throws Exception {
    Path json = folder.resolve("report.json");
    // Whether enough of them arrive meanwhile is for a quiet machine to say.
    new CommandLine(new FramesBench())
        .execute(
            "--seconds=1",
            "--least-frames=80",
            "--corruption=0.1",
            "--broken-blocks=0.1",
            "--json=" + json);

    assertThat(json).exists();
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("delivered").asBoolean()).as("%s", report).isTrue();
    assertThat(report.path("lost").asLong(1)).isZero();
    assertThat(report.path("duplicated").asLong()).isPositive();
    assertThat(report.path("corrupted").asLong()).isPositive();
    assertThat(report.path("connections").asLong()).isGreaterThan(1);
    assertThat(report.path("hubCounted").asText()).contains("connections that failed");
  }
}
