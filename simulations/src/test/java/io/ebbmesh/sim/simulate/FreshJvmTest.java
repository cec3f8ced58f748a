package io.ebbmesh.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run depends on nothing that differs between two processes, identity hashes among it: those
 * decide the order in which unordered collections are walked.
 */
class FreshJvmTest {

  private static final List<String> RUN =
      List.of("simulate", "industrial-site", "--nodes", "3", "--until", "20m", "--seeds", "7..8");

  @TempDir Path folder;

  private record Child(Process process, Path json, Path out) {}

  private Child start(String name, List<String> run, String... options) throws IOException {
    Path json = folder.resolve(name + ".json");
    Path out = folder.resolve(name + ".out");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(run);
    command.addAll(List.of("--json", json.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .redirectInput(new File("/dev/null"))
            .start();
    return new Child(process, json, out);
  }

  private static JsonNode outcome(Child child) throws IOException, InterruptedException {
    try {
      assertThat(child.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.process().destroyForcibly();
    }
    String said = Files.readString(child.out());
    assertThat(child.process().exitValue()).as(said).isEqualTo(ExitCode.OK);
    JsonNode results = new ObjectMapper().readTree(child.json().toFile());
    for (JsonNode result : results) {
      assertThat(said).contains("trace " + result.get("traceHash").asText());
      ((ObjectNode) result).remove(List.of("wallSeconds", "eventsPerSecond"));
    }
    return results;
  }

  @Test
  @Timeout(120)
  void the_same_seed_gives_the_same_run_in_every_jvm_and_another_seed_another()
      throws IOException, InterruptedException {
    Child plain = start("plain", RUN);
    Child drawn = start("drawn", RUN, "-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=0");
    JsonNode first = outcome(plain);
    Child counted = start("counted", RUN, "-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=3");
    assertThat(outcome(drawn)).isEqualTo(first);
    assertThat(outcome(counted)).isEqualTo(first);

    assertThat(first).hasSize(2);
    assertThat(first.get(0).get("insights").get("stored").asLong()).isGreaterThan(30);
    assertThat(first.get(0).get("traceHash")).isNotEqualTo(first.get(1).get("traceHash"));
  }

  @Test
  @Timeout(120)
  void a_heap_that_is_too_small_is_told_with_its_size_and_a_remedy()
      throws IOException, InterruptedException {
    Child small =
        start("small", List.of("simulate", "industrial-site", "--nodes", "300"), "-Xmx24m");
    assertThat(small.process().waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(small.out()))
        .containsPattern("ebbmesh: the heap of \\d+ MiB is full")
        .contains("--nodes")
        .contains("EBBMESH_JAVA_OPTS=-Xmx");
    assertThat(small.process().exitValue()).isEqualTo(ExitCode.UNUSABLE);
  }
}
