package io.ebbmesh.node.insights;

import static io.ebbmesh.node.insights.HubFolder.block;
import static io.ebbmesh.node.insights.HubFolder.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.insights.HubFolder.Said;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.store.sqlite.SqliteInsightStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsightsCommandTest {

  @TempDir Path folder;

  private SqliteInsightStore hub;

  @BeforeEach
  void fill() throws Exception {
    hub = HubFolder.open(folder);
    HubFolder.apply(hub, block(SeqRanges.EMPTY, 11, 20));
    HubFolder.apply(hub, block(SeqRanges.of(new SeqRange(11, 20)), 1, 10));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void a_query_prints_the_newest_first_and_marks_estimates() throws Exception {
    Said said = run("insights", "query", folder.toString(), "--limit", "2");
    assertThat(said.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(said.out().lines()).hasSize(3);
    assertThat(said.out().lines().skip(1).findFirst().orElseThrow())
        .startsWith("1970-01-01T00:00:20Z~")
        .contains("gw-1", "insight", "20", "anomaly", "door/2", "open, \"wide\"", "0.2500");
    hub.recordBootTime(
            HubFolder.NODE,
            new BootTime(new UUID(3, 4), 0, 0, ClockQuality.LOWER_BOUND),
            1_795_000_000_000L)
        .toCompletableFuture()
        .get();
    assertThat(run("insights", "query", folder.toString(), "--limit", "1").out())
        .contains("2026-11-18T")
        .doesNotContain("~");
  }

  @Test
  void an_export_is_all_insights_in_the_order_of_arrival_and_goes_on_where_it_ended()
      throws Exception {
    Path file = folder.resolve("out.csv");
    Said said =
        run("insights", "export", folder.toString(), "--format", "csv", "--out", file.toString());
    assertThat(said.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(Files.readAllLines(file))
        .hasSize(21)
        .element(10)
        .asString()
        .contains(",20,anomaly,door/2,m@1,\"open, \"\"wide\"\"\",,0.25,20.0 0.5,csv/doors,20,");
    String position = said.err().lines().toList().get(0).substring("position ".length());
    HubFolder.apply(hub, block(SeqRanges.of(new SeqRange(1, 20)), 21, 21));
    Said rest = run("insights", "export", folder.toString(), "--after", position);
    JsonNode line = new ObjectMapper().readTree(rest.out());
    assertThat(rest.out().lines()).hasSize(1);
    assertThat(line.get("seq").asLong()).isEqualTo(21);
    assertThat(line.get("timeIs").asText()).isEqualTo("estimate");
    assertThat(line.get("values").get(0).asDouble()).isEqualTo(21);
    assertThat(run("insights", "export", folder.toString(), "--out", file.toString()).exitCode())
        .isEqualTo(ExitCode.UNUSABLE);
  }

  @Test
  void a_tail_begins_with_what_arrived_last() {
    Said said = run("insights", "tail", folder.toString(), "-n", "3", "--format", "json");
    assertThat(said.out().lines().map(InsightsCommandTest::seq)).containsExactly(8L, 9L, 10L);
    Said some =
        run(
            "insights",
            "tail",
            folder.toString(),
            "--stream",
            "door/2",
            "-n",
            "4",
            "--format=json");
    assertThat(some.out().lines().map(InsightsCommandTest::seq)).containsExactly(20L, 2L, 5L, 8L);
    String position = said.err().strip().substring("position ".length());
    assertThat(run("insights", "tail", folder.toString(), "--after", position).out().lines())
        .hasSize(1);
  }

  private static long seq(String line) {
    try {
      return new ObjectMapper().readTree(line).get("seq").asLong();
    } catch (java.io.IOException e) {
      throw new AssertionError(line, e);
    }
  }

  @Test
  void an_output_that_nobody_takes_is_no_success() {
    for (String[] words :
        new String[][] {
          {"insights", "query", folder.toString()},
          {"insights", "tail", "-f", folder.toString()},
          {"insights", "export", folder.toString()},
          {"books", folder.toString()},
          {"inspect", folder.toString()}
        }) {
      Said said = HubFolder.runOnFullDisk(words);
      assertThat(said.exitCode()).as(String.join(" ", words)).isEqualTo(ExitCode.UNUSABLE);
      assertThat(said.err()).contains("not complete");
    }
  }

  @Test
  void a_reader_that_has_seen_enough_is_no_failure_to_tell_of() {
    for (String[] words :
        new String[][] {
          {"insights", "query", folder.toString()},
          {"insights", "tail", folder.toString()},
          {"insights", "export", folder.toString()},
          {"books", folder.toString()}
        }) {
      Said said = HubFolder.runIntoClosedPipe(words);
      assertThat(said.exitCode()).as(String.join(" ", words)).isEqualTo(ExitCode.READER_GONE);
      assertThat(said.err()).isEmpty();
    }
  }

  @Test
  void that_nothing_is_found_is_said() {
    Said query = run("insights", "query", "--node", "gw-nowhere", folder.toString());
    assertThat(query.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(query.err()).contains("no insight matches");
    assertThat(run("quarantine", "list", folder.toString()).out())
        .isEqualTo("nothing is in quarantine\n");
  }

  @Test
  void a_hub_has_no_blocks_to_verify() {
    Said said = run("inspect", "--verify", folder.toString());

    assertThat(said.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(said.err()).contains("--verify", "leave it out");
  }

  @Test
  void a_file_that_cannot_be_made_is_named_with_the_reason() {
    String nowhere = folder.resolve("no/such/folder/out.json").toString();
    assertThat(run("insights", "export", folder.toString(), "--out", nowhere).err())
        .contains(nowhere + ": ", "no such");
  }

  @Test
  void what_cannot_be_used_is_named_with_its_remedy() {
    assertThat(run("insights", "query", folder.resolve("x").toString()).err())
        .contains("holds no hub store");
    assertThat(run("insights", "query").err()).contains("name either a data-dir or");
    assertThat(run("insights", "query", folder.toString(), "--from", "noon").err())
        .contains("--from 'noon' is no time");
    assertThat(run("insights", "query", folder.toString(), "--from", "1h", "--to", "2h").err())
        .contains("is not before");
    assertThat(run("insights", "query", folder.toString(), "--limit", "10001").err())
        .contains("--limit must be 1 to 10000");
    assertThat(run("insights", "tail", folder.toString(), "--after", "1.2.3").err())
        .contains("--after: '1.2.3' is no position");
    assertThat(run("insights", "query", folder.toString(), "--node", "A B").exitCode())
        .isEqualTo(ExitCode.UNUSABLE);
  }
}
