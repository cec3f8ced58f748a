package io.ebbmesh.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

  @TempDir Path folder;

  @Test
  void settings_out_of_range_are_refused_before_anything_starts() {
    assertThat(Main.run("demo", "--speed", "5")).isEqualTo(ExitCode.UNUSABLE);
    assertThat(Main.run("demo", "--speed", "NaN")).isEqualTo(ExitCode.UNUSABLE);
    assertThat(Main.run("demo", "--outage", "0")).isEqualTo(ExitCode.UNUSABLE);
    assertThat(Main.run("demo", "--outage", "4000")).isEqualTo(ExitCode.UNUSABLE);
    assertThat(Main.run("demo", "--outage", "soon")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void a_folder_with_something_in_it_is_left_alone() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine"), "mine");
    assertThat(Main.run("demo", "--keep", folder.toString())).isEqualTo(ExitCode.UNUSABLE);
    assertThat(Main.run("demo", "--keep", mine.toString())).isEqualTo(ExitCode.UNUSABLE);
    assertThat(folder.toFile().list()).containsExactly("mine");
  }

  @Test
  void a_report_that_cannot_be_written_is_refused_before_anything_starts() {
    assertThat(Main.run("demo", "--json", folder.resolve("no/where.json").toString()))
        .isEqualTo(ExitCode.UNUSABLE);
  }

  @Test
  @Timeout(180)
  void hub_and_nodes_go_through_an_outage_and_a_crash_and_the_books_balance() throws IOException {
    Path json = folder.resolve("demo.json");
    Path kept = folder.resolve("kept");
    int exit =
        Main.run(
            "demo",
            "--speed",
            "4000",
            "--outage",
            "3",
            "--keep",
            kept.toString(),
            "--json",
            json.toString());
    assertThat(exit).isEqualTo(ExitCode.OK);
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.get("balanced").asBoolean()).isTrue();
    assertThat(report.get("nodes")).hasSize(3);
    assertThat(report.get("outage").get("decidedOffline").asLong()).isPositive();
    assertThat(report.get("outage").get("decidedByNeighbour").asLong()).isPositive();
    assertThat(report.get("detector").get("f1").asDouble()).isGreaterThan(0.8);
    assertThat(kept.resolve("node-2.log")).exists();
  }
}
