package io.ebbmesh.node.insights;

import static io.ebbmesh.node.insights.HubFolder.LANE;
import static io.ebbmesh.node.insights.HubFolder.NODE;
import static io.ebbmesh.node.insights.HubFolder.block;
import static io.ebbmesh.node.insights.HubFolder.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.config.SettingsFile;
import io.ebbmesh.node.edge.EdgeNode;
import io.ebbmesh.node.insights.HubFolder.Said;
import io.ebbmesh.protocol.codec.LossSketchCodec;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.LossSketch;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.sqlite.SqliteInsightStore;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BooksCommandTest {

  @TempDir Path folder;

  /** Of 30: 10 stored, 5 quarantined, 4 declared lost, 11 not yet at the hub. */
  private void fill() throws Exception {
    fill("mote-1");
  }

  private void fill(String stream) throws Exception {
    try (SqliteInsightStore hub = HubFolder.open(folder)) {
      hub.recordHello(
              NODE,
              HubFolder.INCARNATION,
              new Lineage(List.of(new Lineage.Epoch(1, Map.of(Lane.INSIGHT, 1L)))),
              Map.of(Lane.INSIGHT, 30L))
          .toCompletableFuture()
          .get();
      HubFolder.apply(hub, block(SeqRanges.EMPTY, 1, 10));
      SeqRanges held = SeqRanges.of(new SeqRange(1, 10));
      HubFolder.apply(
          hub,
          new InsightStore.Quarantine(LANE, held, new SeqRange(11, 15), new byte[3], "checksum"));
      LossRecord loss =
          new LossRecord(
              Lane.INSIGHT,
              1,
              SeqRanges.of(new SeqRange(14, 19)),
              LossReason.DAMAGED,
              0,
              LossSketchCodec.encode(
                  new LossSketch(
                      6,
                      1_000,
                      3_000,
                      List.of(new LossSketch.Count(stream, 4)),
                      List.of(new LossSketch.Count("normal", 6)),
                      2,
                      0)));
      HubFolder.apply(
          hub, new InsightStore.DeclareLost(LANE, SeqRanges.of(new SeqRange(1, 15)), loss));
    }
  }

  private void change(String statement) throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("insights.db"));
        Statement executed = connection.createStatement()) {
      executed.execute(statement);
    }
  }

  @Test
  void of_a_hub_everything_is_stored_quarantined_declared_or_pending() throws Exception {
    fill();
    Said said = run("books", folder.toString());
    assertThat(said.out().lines().toList().get(1).split("\\s+"))
        .containsExactly(
            "gw-1",
            HubFolder.INCARNATION.toString(),
            "insight",
            "30",
            "10",
            "5",
            "4",
            "11",
            "0",
            "balanced");
    assertThat(said.exitCode()).isEqualTo(ExitCode.OK);
    JsonNode json = new ObjectMapper().readTree(run("books", "--json", folder.toString()).out());
    assertThat(json.get("balanced").asBoolean()).isTrue();
    assertThat(json.get("lanes").get(0).get("pending").asLong()).isEqualTo(11);
  }

  /** Of the 11 that wait, a copy shares 20 to 25; its own are 26 to 40. */
  @Test
  void an_incarnation_counts_from_where_it_parted_and_what_the_other_one_kept_is_unaccounted()
      throws Exception {
    fill();
    Map<Lane, Long> points = Map.of(Lane.INSIGHT, 26L);
    Incarnation child = new Incarnation(new UUID(5, 6));
    try (SqliteInsightStore hub = HubFolder.open(folder)) {
      hub.recordHello(
              new Greeting(
                  NODE,
                  child,
                  new Lineage(List.of(new Lineage.Epoch(2, points))),
                  Ancestry.NONE.plus(new Ancestry.Ancestor(HubFolder.INCARNATION, points)),
                  Map.of(Lane.INSIGHT, 40L)))
          .toCompletableFuture()
          .get();
    }
    Said said = run("books", folder.toString());
    List<String> lines = said.out().lines().toList();
    assertThat(lines.get(1).split("\\s+"))
        .containsSequence("30", "10", "5", "4", "6", "5", "balanced");
    assertThat(lines.get(2).split("\\s+"))
        .containsSequence(child.toString(), "insight", "15", "0", "0", "0", "15", "0", "balanced");
    assertThat(said.exitCode()).isEqualTo(ExitCode.OK);
    change("UPDATE lane SET held = '25-26' WHERE reported_head = 40");
    assertThat(run("books", folder.toString()).out()).contains("1 are held below the fork point");
  }

  @Test
  void of_a_folder_with_a_nodes_and_a_hubs_store_nothing_is_said_to_balance() throws Exception {
    fill();
    assertThat(run("books", folder.toString()).out()).contains("balanced: 1 lane\n");
    Files.createDirectories(folder.resolve("outbox/log"));
    for (String command : List.of("books", "inspect")) {
      Said said = run(command, folder.toString());
      assertThat(said.exitCode()).isEqualTo(ExitCode.UNUSABLE);
      assertThat(said.err()).contains("a node's outbox and a hub's insights.db");
    }
  }

  @Test
  void without_losses_that_is_said_and_of_many_streams_the_first_are_named() throws Exception {
    HubFolder.open(folder).close();
    assertThat(run("books", "--losses", folder.toString()).out()).contains("no losses");
    List<LossSketch.Count> streams = new ArrayList<>();
    for (int i = 1; i <= 7; i++) {
      streams.add(new LossSketch.Count("mote-" + i, 1));
    }
    try (SqliteInsightStore hub = HubFolder.open(folder)) {
      LossSketch sketch = new LossSketch(9, 1_000, 3_000, streams, List.of(), 2, 0);
      SeqRanges lost = SeqRanges.of(new SeqRange(1, 9));
      HubFolder.apply(
          hub,
          new InsightStore.DeclareLost(
              LANE,
              SeqRanges.EMPTY,
              new LossRecord(
                  Lane.INSIGHT, 1, lost, LossReason.DAMAGED, 0, LossSketchCodec.encode(sketch))));
    }
    assertThat(run("books", "--losses", folder.toString()).out())
        .contains("mote-5=1 … 2 more, others=2")
        .doesNotContain("mote-6");
    assertThat(run("books", "--losses", "--json", folder.toString()).out()).contains("mote-7=1");
  }

  @Test
  void losses_say_why_how_many_when_and_what() throws Exception {
    fill();
    String out = run("books", "--losses", folder.toString()).out();
    assertThat(out)
        .contains("damaged               4 insights [14..19], declared 1970-01-01T00:00:00Z")
        .contains(
            "observed 1970-01-01T00:00:01Z to 1970-01-01T00:00:03Z;"
                + " streams mote-1=4 others=2; labels normal=6");
    JsonNode json =
        new ObjectMapper().readTree(run("books", "--losses", "--json", folder.toString()).out());
    assertThat(json.get("losses").get(0).get("reason").asText()).isEqualTo("damaged");
  }

  @Test
  void a_row_too_few_or_too_many_is_told_and_ends_with_1() throws Exception {
    fill();
    change("DELETE FROM insight WHERE seq IN (3, 4)");
    Said missing = run("books", folder.toString());
    assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.out())
        .contains("DOES NOT BALANCE")
        .contains("2 are stored and have no row")
        .contains("1 of 1 lane DOES NOT BALANCE");
    change("UPDATE insight SET seq = 12 WHERE seq = 5");
    assertThat(run("books", folder.toString()).out())
        .contains("3 are stored and have no row")
        .contains("1 have a row and are not stored");
    change("UPDATE lane SET declared_lost = '13-19'");
    assertThat(run("books", folder.toString()).out())
        .contains("3 are quarantined and declared lost");
  }

  @Test
  void names_of_streams_do_not_steer_the_terminal() throws Exception {
    fill("mote\u001b[2J");
    assertThat(run("books", "--losses", folder.toString()).out())
        .contains("streams mote?[2J=4")
        .doesNotContain("\u001b");
  }

  @Test
  void options_that_do_not_go_together_and_a_token_that_is_not_there_are_named() throws Exception {
    String url = "http://127.0.0.1:1";
    assertThat(run("books", "--url", url, folder.toString()).err()).contains("not both");
    assertThat(run("books", "--token-file", "x", folder.toString()).err())
        .contains("--token-file goes with --url");
    Path token = folder.resolve("token");
    assertThat(run("books", "--url", url, "--token-file", token.toString()).err())
        .contains("--token-file " + token, "no such")
        .doesNotContain("is the node running");
    Files.writeString(token, "two\nlines");
    assertThat(run("books", "--url", url, "--token-file", token.toString()).err())
        .contains("--token-file " + token, "one line");
  }

  @Test
  void an_answer_that_is_no_nodes_is_refused_in_a_line() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] endless = new byte[2 << 20];
    server.createContext(
        "/v1/status",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(endless);
          }
        });
    server.createContext(
        "/html/v1/status",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write("<html>".getBytes(StandardCharsets.UTF_8));
          }
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      Said large = run("books", "--url", url);
      assertThat(large.err()).contains(url, "more than 1048576 bytes");
      assertThat(large.exitCode()).isEqualTo(ExitCode.UNUSABLE);
      Said html = run("books", "--url", url + "/html");
      assertThat(html.err()).contains("is no node of this version");
      assertThat(html.err().lines()).hasSize(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_node_that_runs_tells_them_over_http_and_its_folder_says_that_it_runs() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config =
        Files.writeString(
            folder.resolve("node.conf"),
            """
            ebbmesh.node {
              id = gw-1, data-dir = "%s", accelerator = none
              http { enabled = on, port = %d }
            }
            """
                .formatted(folder.resolve("gw-1"), port));
    try (EdgeNode node = EdgeNode.start(SettingsFile.load(config), () -> {})) {
      assertThat(node).isNotNull();
      Said said = run("books", "--url", "http://127.0.0.1:" + port);
      assertThat(said.err() + said.out()).contains("nothing to balance: no lane");
      Said folderSaid = run("books", "--config", config.toString());
      assertThat(folderSaid.exitCode()).isEqualTo(ExitCode.UNUSABLE);
      assertThat(folderSaid.err()).contains("stop it first", "--url");
    }
    assertThat(run("books", "--config", config.toString()).out()).contains("nothing to balance");
    String store = folder.resolve("gw-1").toString();
    assertThat(run("inspect", store).exitCode()).isEqualTo(ExitCode.OK);
    Path segment = folder.resolve("gw-1/outbox/log/0000000000000001.seg");
    byte[] bytes = Files.readAllBytes(segment);
    Arrays.fill(bytes, 4_096, bytes.length, (byte) 0x55);
    Files.write(segment, bytes);
    Said damaged = run("books", "--config", config.toString());
    assertThat(damaged.out())
        .contains("problem: log/0000000000000001.seg", ": damaged region: ")
        .contains("problems found: 1 (1 damaged region)", "NO BALANCE")
        .doesNotContain("StoreIssue");
    assertThat(damaged.exitCode()).isEqualTo(ExitCode.FAILED);
    Said inspected = run("inspect", store);
    assertThat(inspected.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(inspected.out()).contains("problems found: 1");
    assertThat(inspected.out() + inspected.err()).doesNotContain("StoreIssue");
    assertThat(run("inspect", "--salvage", store).exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run("books", "--url", "http://127.0.0.1:" + port).err())
        .contains("is the node running");
  }
}
