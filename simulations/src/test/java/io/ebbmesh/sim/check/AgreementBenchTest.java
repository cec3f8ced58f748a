package io.ebbmesh.sim.check;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

class AgreementBenchTest {

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();

  @AfterEach
  void printAgain() {
    root.setLevel(before);
  }

  @Test
  void aShortOutageDrainsInTheSimulatorAboutAsLongAsWithRealProcesses(@TempDir Path folder)
      throws Exception {
    Path json = folder.resolve("report.json");
    int exit =
        new CommandLine(new AgreementBench())
            .execute(
                "--outage",
                "4",
                "--rate-mbit",
                "0.05",
                "--per-second",
                "30",
                "--tolerance",
                "0.35",
                "--json",
                json.toString());
    assertThat(json).exists();
    String text = Files.readString(json);
    assertThat(exit).as(text).isZero();
    JsonNode report = new ObjectMapper().readTree(text);
    assertThat(report.path("agree").asBoolean()).isTrue();
    assertThat(report.path("insights").asLong()).isPositive();
    assertThat(report.path("realDrainSeconds").asDouble()).isGreaterThan(0.5);
  }
}
