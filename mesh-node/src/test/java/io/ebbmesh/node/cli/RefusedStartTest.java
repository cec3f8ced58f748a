package io.ebbmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ebbmesh.node.credentials.CredentialsFolder;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.pki.Validity;
import io.ebbmesh.sync.storage.FileStorage;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, files and ports that cannot be used end the start with a remedy and exit code 3. */
class RefusedStartTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir static Path shared;

  private static CredentialsFolder pki;
  private static ServerSocket taken;

  @TempDir Path folder;
  private Path data;

  @BeforeAll
  static void issue() throws Exception {
    Validity year = Validity.from(Instant.now(), Duration.ofDays(365));
    pki = CredentialsFolder.create(shared.resolve("pki"), year);
    pki.issueHub("hub", List.of("127.0.0.1"), year);
    pki.issueNode(new NodeId("gw-1"), year);
    pki.issueSite(new NodeId("gw-1"), List.of("127.0.0.1"), year);
    taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterAll
  static void free() throws IOException {
    taken.close();
  }

  @BeforeEach
  void place() {
    data = folder.resolve("data");
  }

  @Test
  void aHubWithANodesCertificate() {
    refused("hub", hub("gw-1.node.p12", 0), "gw-1.node.p12", "urn:ebbmesh:hub:hub", "hub.name");
  }

  @Test
  void aHubWhosePortIsInUse() {
    refused("hub", hub("hub.hub.p12", taken.getLocalPort()), "" + taken.getLocalPort(), "stop");
  }

  @Test
  void aHubWithoutItsSigningKey() {
    refused(
        "hub",
        hub("hub.hub.p12", 0) + "ebbmesh.hub.models.signing-key = \"" + data + "/no.key\"\n",
        "no.key does not exist",
        "pki init");
  }

  @Test
  void aHubWhoseDataAnotherHas() throws IOException {
    Files.createDirectories(data);
    try (Closeable lock = FileStorage.create(data).lock()) {
      assertThat(lock).isNotNull();
      refused("hub", hub("hub.hub.p12", 0), data.toString(), "in use by process");
    }
  }

  @Test
  void aHubOnANodesFolder() throws IOException {
    Files.createDirectories(data.resolve("outbox"));
    refused("hub", hub("hub.hub.p12", 0), "hub.data-dir", data.toString(), "a node's");
    assertThat(data.resolve("insights.db")).doesNotExist();
  }

  @Test
  void aNodeOnAHubsFolder() throws IOException {
    Files.createDirectories(data);
    Files.createFile(data.resolve("insights.db"));
    refused("node", node("gw-1.node.p12"), "node.data-dir", data.toString(), "a hub's");
    assertThat(data.resolve("outbox")).doesNotExist();
  }

  @Test
  void aNodeWithAnothersCertificate() {
    refused("node", node("hub.hub.p12"), "hub.hub.p12", "urn:ebbmesh:node:gw-1", "node.id");
  }

  @Test
  void aRoleWithTheOthersFile() {
    String node = node("gw-1.node.p12");
    refused("hub", node, "hub.conf", "ebbmesh.hub.data-dir", "'ebbmesh node'");
    refused("node", hub("hub.hub.p12", 0), "node.conf", "ebbmesh.node.id", "'ebbmesh hub'");
    refused("node", "", "node.conf", "ebbmesh.node.id");
  }

  @Test
  void aNodeWhoseEnvironmentLacksAVariable() {
    String variable = "ebbmesh.node.hub.key-store-password = ${EBBMESH_NOT_SET}\n";
    refused("node", node("gw-1.node.p12") + variable, "EBBMESH_NOT_SET", "environment variable");
  }

  @Test
  void aNodeWhoseReliefEndsAboveItsStart() {
    String start = "ebbmesh.sync.outbox.relief.start = 50\n";
    refused("node", node("gw-1.node.p12") + start, "relief.start is 50", "relief.end is 80");
  }

  @Test
  void aNodeWithoutItsCertificate() {
    refused("node", node("none.p12"), "none.p12 does not exist", "ebbmesh pki");
  }

  @Test
  void aNodeWithTheWrongPassword() {
    refused(
        "node",
        node("gw-1.node.p12") + "ebbmesh.node.hub.key-store-password = guess\n",
        "gw-1.node.p12",
        "password");
  }

  @Test
  void aNodeWhoseFolderCannotBeMade() throws IOException {
    Files.writeString(data, "a file");
    refused("node", node("gw-1.node.p12"), data.toString(), "ebbmesh.node.data-dir");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ebbmesh.node.pipeline.source-credit = 0",
        "ebbmesh.node.pipeline.max-streams = 99999999999",
        "ebbmesh.sync.outbox.max-blocks = 0",
        "ebbmesh.sync.outbox.zstd-level = 99",
        "ebbmesh.sync.lanes.alarm.weight = 0",
        "ebbmesh.sync.session.backoff-cap = 1 ms",
        "ebbmesh.sync.link.io-threads = 0",
        "ebbmesh.sync.uplink.metered.bulk-hours = \"25-3\""
      })
  void aNodeWithASettingOutOfRange(String setting) {
    String key = setting.substring(setting.lastIndexOf('.') + 1, setting.indexOf(' '));
    refused("node", node("gw-1.node.p12") + setting + "\n", key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ebbmesh.hub.retention.max-size = 1 MiB",
        "ebbmesh.hub.retention.step-rows = 0",
        "ebbmesh.sync.ingest.max-decoded-together = 0",
        "ebbmesh.sync.hub-store.max-batch-rows = 99999999999",
        "ebbmesh.sync.hub-store.cache = 1 KiB",
        "ebbmesh.sync.session.hub.heartbeat = 40 s",
        "ebbmesh.sync.session.hub.credit-bytes = 1 KiB",
        "ebbmesh.sync.model.hub.chunk-bytes = 2 MiB",
        "ebbmesh.sync.link.max-unsent-bytes = 1 KiB"
      })
  void aHubWithASettingOutOfRange(String setting) {
    String key = setting.substring(setting.lastIndexOf('.') + 1, setting.indexOf(' '));
    refused("hub", hub("hub.hub.p12", 0) + setting + "\n", key);
  }

  @Test
  void aNodeWhoseHttpPortIsInUse() {
    refused(
        "node",
        node("gw-1.node.p12")
            + "ebbmesh.node.http { enabled = on, port = "
            + taken.getLocalPort()
            + " }\n",
        "" + taken.getLocalPort(),
        "ebbmesh.node.http.port");
  }

  @Test
  void aNodeWhoseSitePortIsInUse() {
    refused(
        "node",
        node("gw-1.node.p12")
            + """
              ebbmesh.node.site {
                enabled = on, host = "127.0.0.1", port = %1$d, seeds = [ "127.0.0.1:%1$d" ]
                key-store = "%2$s/gw-1.site.p12", key-store-password = %3$s
                trust-store = "%2$s/site-trust.p12", trust-store-password = %3$s
              }
              """
                .formatted(taken.getLocalPort(), shared.resolve("pki"), pki.password()),
        "" + taken.getLocalPort(),
        "ebbmesh.node.site.port");
  }

  @Test
  void aNodeThatReplaysAFileWithoutTheColumns() throws IOException {
    Path csv = Files.writeString(folder.resolve("data.csv"), "time,heat\n1,20\n");
    refused(
        "node",
        node("gw-1.node.p12") + "ebbmesh.node.csv { file = \"" + csv + "\" }\n",
        csv.toString(),
        "column");
  }

  private String hub(String keyStore, int port) {
    return """
        ebbmesh.hub {
          name = hub, data-dir = "%s", listen = "127.0.0.1:%d"
          key-store = "%3$s/%4$s", key-store-password = %5$s
          trust-store = "%3$s/hub-trust.p12", trust-store-password = %5$s
        }
        """
        .formatted(data, port, shared.resolve("pki"), keyStore, pki.password());
  }

  private String node(String keyStore) {
    return """
        ebbmesh.node {
          id = gw-1, data-dir = "%s"
          hub {
            endpoint = "127.0.0.1:1"
            key-store = "%2$s/%3$s", key-store-password = %4$s
            trust-store = "%2$s/hub-trust.p12", trust-store-password = %4$s
          }
        }
        """
        .formatted(data, shared.resolve("pki"), keyStore, pki.password());
  }

  private void refused(String role, String settings, String... words) {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Path config = Files.writeString(folder.resolve(role + ".conf"), settings);
      int code =
          assertTimeoutPreemptively(PATIENCE, () -> Main.run(role, "--config", config.toString()));
      assertThat(code).isEqualTo(ExitCode.UNUSABLE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      System.setErr(before);
    }
    String message =
        printed
            .toString(StandardCharsets.UTF_8)
            .lines()
            .filter(l -> l.startsWith("ebbmesh: "))
            .findFirst()
            .orElse("");
    assertThat(message).contains(words);
  }
}
