package io.ebbmesh.sim.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SyncFailTest {

  @TempDir private Path folder;

  @Test
  void nothingIsAcceptedWhileSyncsFailAndNothingIsLostWhenThePowerGoesThen() throws Exception {
    assumeTrue(PowerImage.unavailable().isEmpty(), PowerImage::unavailable);
    assumeTrue(SyncTrace.unavailable().isEmpty(), SyncTrace::unavailable);
    Path json = folder.resolve("report.json");

    int exit =
        new CommandLine(new DiskBench())
            .execute("--sync-fails", "--faults", "MANY", "--times", "1", "--json", json.toString());

    String text = Files.readString(json);
    assertThat(exit).as(text).isZero();
    JsonNode report = new ObjectMapper().readTree(text);
    assertThat(report.path("accepted").asLong()).isPositive();
    assertThat(report.path("failedSyncs").path("many").asLong()).isGreaterThanOrEqualTo(3);
    assertThat(report.path("cuts").asInt()).isEqualTo(1);
  }
}
