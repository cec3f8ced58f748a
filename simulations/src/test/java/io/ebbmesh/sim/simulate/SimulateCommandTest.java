package io.ebbmesh.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {

  private static final String TINY =
      """
      description = "one node, three minutes"
      until = 3 m
      nodes.box {
        sensors = [{ name = "meter", every = 5 s, anomalies = 0.1 }]
        link { latency = 20 ms, jitter = 10 ms, up = 2 Mbit/s, down = 10 Mbit/s }
      }
      faults = [{ kind = link-down, at = 1 m, for = 20 s }]
      expect { min-stored = 20, min-share = 0.5 }
      """;

  @TempDir Path folder;
  private String tiny = "";

  @BeforeEach
  void write() throws IOException {
    tiny = Files.writeString(folder.resolve("tiny.conf"), TINY).toString();
  }

  private static CommandLineRun simulate(String... arguments) {
    List<String> all = new ArrayList<>(List.of("simulate"));
    all.addAll(List.of(arguments));
    return CommandLineRun.of(all.toArray(new String[0]));
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void a_run_that_holds_exits_with_0_and_its_json_has_exactly_the_documented_keys()
      throws IOException {
    Path json = folder.resolve("run.json");
    CommandLineRun run = simulate(tiny, "--seed", "7", "--json", json.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.OK);

    JsonNode result = new ObjectMapper().readTree(json.toFile());
    assertThat(keys(result))
        .containsExactly(
            "scenario",
            "seed",
            "traceHash",
            "virtualSeconds",
            "wallSeconds",
            "events",
            "eventsPerSecond",
            "nodes",
            "insights",
            "invariants",
            "returns",
            "expectations");
    assertThat(keys(result.get("insights")))
        .containsExactly("produced", "stored", "declaredLost", "pending", "duplicates");
    assertThat(result.get("invariants")).hasSize(9);
    result
        .get("invariants")
        .forEach(each -> assertThat(keys(each)).containsExactly("name", "checks", "violations"));
    assertThat(result.get("expectations")).hasSize(2);
    result.get("expectations").forEach(each -> assertThat(each.get("met").asBoolean()).isTrue());

    assertThat(result.get("scenario").asText()).isEqualTo("tiny");
    assertThat(result.get("seed").asLong()).isEqualTo(7);
    assertThat(result.get("nodes").asInt()).isEqualTo(1);
    assertThat(result.get("virtualSeconds").asDouble()).isEqualTo(180);
    assertThat(result.get("insights").get("stored").asLong()).isBetween(30L, 36L);
    assertThat(run.out()).contains("trace " + result.get("traceHash").asText());
  }

  @Test
  void a_broken_promise_exits_with_1_and_is_in_the_json() throws IOException {
    Path json = folder.resolve("run.json");
    CommandLineRun run =
        simulate(tiny, "--set", "invariants.disk-bounded.max=1KiB", "--json", json.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).contains("BROKEN: tiny, seed 1, at ").contains("disk-bounded (");
    JsonNode result = new ObjectMapper().readTree(json.toFile());
    result
        .get("invariants")
        .forEach(
            each ->
                assertThat(each.get("violations").asLong() > 0)
                    .isEqualTo(each.get("name").asText().equals("disk-bounded")));
    assertThat(result.get("expectations")).isEmpty();
  }

  @Test
  void a_node_whose_program_ends_at_every_start_breaks_liveness() {
    CommandLineRun run =
        simulate(
            tiny,
            "--set",
            "settings.ebbmesh.sync.log.max-trim-ranges=0",
            "--set",
            "invariants.liveness.within=1m");
    assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out())
        .contains("BROKEN: tiny, seed 1")
        .contains("its outbox is not open; it was started 2");
  }

  @Test
  void a_node_that_cannot_start_while_its_disk_is_full_has_the_whole_time_again_afterwards() {
    CommandLineRun run =
        simulate(
            tiny,
            "--set",
            "faults=[{kind=power-cut, at=30s, off=20s}, {kind=disk-full, at=40s, for=100s}]",
            "--set",
            "invariants.liveness.within=30s",
            "--set",
            "expect.min-stored=10");
    assertThat(run.out()).contains("liveness").doesNotContain("BROKEN");
    assertThat(run.exit()).isEqualTo(ExitCode.OK);
  }

  @Test
  void an_expectation_that_is_not_met_exits_with_1_and_says_how_to_see_it_again() {
    CommandLineRun run = simulate(tiny, "--set", "faults=[{kind=link-down, at=1s, for=1h}]");
    assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).contains("NOT MET: tiny, seed 1: at least 20 are stored; ");
    CommandLineRun again = CommandLineRun.ofPrinted(CommandLineRun.printed("replay: ", run.out()));
    assertThat(again.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(again.out()).contains("NOT MET: tiny, seed 1: at least 20 are stored; ");
  }

  @Test
  void a_run_whose_nodes_never_start_does_not_pass_for_one_that_stored_all_there_was() {
    CommandLineRun run =
        simulate(
            tiny,
            "--set",
            "expect.min-stored=0",
            "--set",
            "settings.ebbmesh.sync.log.recycled-files=0");
    assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).contains("NOT MET").contains("0 produced");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-such-scenario | --seed | 1 | there is no such scenario and no such file; shipped are",
        "flapping | --seeds | 9..1 | --seeds is '9..1': write the first and the last",
        "flapping | --seeds | some | --seeds is 'some': write the first and the last",
        "flapping | --until | soon | --until is 'soon': write a duration above 0",
        "flapping | --until | 0s   | --until is '0s': write a duration above 0",
        "flapping | --plant | moth | --plant moth: there is no such bug; there are lying-disk, ",
        "flapping | --nodes | -1   | --nodes must be at least 1",
        "flapping | --jobs  | 0    | --jobs must be 1 to 256",
        "flapping | --without-faults | 1,99 | --without-faults names [99]; the faults of flapping are [1",
        "flapping | --set   | x    | there is no key; write --set KEY=VALUE",
        "flapping | --json  | no/such/folder/run.json | cannot write the report",
        "flapping | --trace | no/such/folder/run.csv  | cannot write the report",
      })
  void what_cannot_be_run_exits_with_3_and_a_remedy(
      String scenario, String option, String value, String message) {
    CommandLineRun run = simulate(scenario, option, value);
    assertThat(run.err()).startsWith("ebbmesh: ").contains(message);
    assertThat(run.exit()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void several_runs_at_once_give_the_same_as_one_by_one_and_in_the_same_order() throws IOException {
    Path json = folder.resolve("runs.json");
    CommandLineRun many =
        simulate(tiny, "--seeds", "3..6", "--jobs", "2", "--json", json.toString());
    assertThat(many.exit()).isEqualTo(ExitCode.OK);
    assertThat(many.out()).endsWith("4 of 4 seeds held" + System.lineSeparator());

    JsonNode results = new ObjectMapper().readTree(json.toFile());
    List<String> hashes = new ArrayList<>();
    for (JsonNode result : results) {
      hashes.add(result.get("traceHash").asText());
    }
    List<String> alone = new ArrayList<>();
    for (long seed = 3; seed <= 6; seed++) {
      alone.add(Simulation.of(tiny).seed(seed).run().result().traceHash());
    }
    assertThat(hashes).isEqualTo(alone).doesNotHaveDuplicates();
  }

  @Test
  void one_broken_seed_of_several_exits_with_1() {
    CommandLineRun run =
        simulate(tiny, "--seeds", "1..2", "--set", "invariants.disk-bounded.max=1KiB");
    assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).contains("0 of 2 seeds held").contains("--seed 2 --set");
  }

  @Test
  void a_trace_has_a_line_for_each_event_and_a_report_is_a_page() throws IOException {
    Path trace = folder.resolve("trace.csv");
    Path report = folder.resolve("new/report");
    CommandLineRun run = simulate(tiny, "--trace", trace.toString(), "--report", report.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.OK);
    List<String> lines = Files.readAllLines(trace);
    assertThat(lines.get(0)).isEqualTo("step,nanos,machine,event,first,second");
    assertThat(lines).hasSizeGreaterThan(100);
    assertThat(lines.subList(1, lines.size()))
        .allMatch(line -> line.matches("\\d+,\\d+,\\d+,[A-Z_]+,-?\\d+,-?\\d+"))
        .anyMatch(line -> line.contains(",STORED,"))
        .anyMatch(line -> line.contains(",FAULT,"));
    assertThat(report.resolve("tiny-1.html"))
        .content()
        .startsWith("<!DOCTYPE html>")
        .contains("one node, three minutes");
  }

  @Test
  void what_is_for_one_run_is_refused_for_several() {
    Path trace = folder.resolve("trace.csv");
    CommandLineRun run = simulate(tiny, "--seeds", "1..2", "--trace", trace.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(run.err()).contains("--trace and --shrink are for one run");
    assertThat(trace).doesNotExist();
  }
}
