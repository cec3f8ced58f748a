package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.site.SiteSettings.HostPort;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.pki.CertificateAuthority;
import io.ebbmesh.sync.pki.Validity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Nodes on loopback that are one site: quick to notice, with certificates of one authority. */
final class TestSite implements AutoCloseable {

  static final String PASSWORD = "of the test";

  /** Ends at once and says nothing to the others, as a process that is killed. */
  private static final Config QUICK =
      ConfigFactory.parseString(
          """
          pekko.coordinated-shutdown.run-by-actor-system-terminate = off
          pekko.cluster.gossip-interval = 200 ms
          pekko.cluster.leader-actions-interval = 200 ms
          pekko.cluster.unreachable-nodes-reaper-interval = 200 ms
          pekko.cluster.periodic-tasks-initial-delay = 200 ms
          pekko.cluster.typed.receptionist.distributed-data.gossip-interval = 200 ms
          """);

  private final Path directory;
  private final CertificateAuthority authority;
  private final List<HostPort> addresses = new ArrayList<>();
  private final List<PekkoSite> started = new ArrayList<>();

  TestSite(Path directory, int nodes) throws IOException {
    this.directory = directory;
    this.authority = authority();
    for (int port : freePorts(nodes)) {
      addresses.add(new HostPort("127.0.0.1", port));
    }
  }

  static CertificateAuthority authority() {
    return CertificateAuthority.create("test site", validity());
  }

  private static Validity validity() {
    return Validity.from(Instant.now(), Duration.ofDays(1));
  }

  /** Below the ports from which systems dial: a dialling neighbour must not take one meanwhile. */
  private static List<Integer> freePorts(int count) {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(socket.getLocalPort());
      } catch (IOException e) {
        // Taken: the next draw may be free.
      }
    }
    return ports;
  }

  /** Three times as long on a machine that does other things too. */
  static ConditionFactory within(int seconds) {
    return Awaitility.await()
        .atMost(3L * seconds, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(50));
  }

  static NodeId node(int index) {
    return new NodeId("node-" + index);
  }

  String address(int index) {
    return addresses.get(index).toString();
  }

  SiteSettings settings(int index) throws IOException {
    return settings(index, authority, addresses);
  }

  /** Of a node whose certificate and trust are of some authority, and that looks for some seeds. */
  SiteSettings settings(int index, CertificateAuthority of, List<HostPort> seeds)
      throws IOException {
    Path keyStore = directory.resolve(index + "-key.p12");
    Path trustStore = directory.resolve(index + "-trust.p12");
    of.issueNode(node(index), List.of("127.0.0.1"), validity())
        .writeKeyStore(keyStore, PASSWORD.toCharArray());
    of.writeTrustStore(trustStore, PASSWORD.toCharArray());
    return new SiteSettings(
        "test-site",
        addresses.get(index),
        "127.0.0.1",
        seeds,
        new SiteSettings.Keys(keyStore, PASSWORD, trustStore, PASSWORD),
        new SiteSettings.Limits(4, 2, 8, 256 * 1024),
        new SiteSettings.Timing(
            Duration.ofMillis(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofMillis(500),
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10)),
        2);
  }

  CertificateAuthority commonAuthority() {
    return authority;
  }

  List<HostPort> addresses() {
    return addresses;
  }

  PekkoSite start(int index, LocalInference local) throws IOException {
    return start(index, settings(index), TestClock.right(), local);
  }

  PekkoSite start(int index, SiteSettings settings, NodeClock clock, LocalInference local) {
    Config config = QUICK.withFallback(SiteSystemConfig.of(settings, node(index)));
    PekkoSite site = PekkoSite.start(settings, node(index), clock, local, config);
    started.add(site);
    return site;
  }

  /** Decides at once and says who it was. */
  static LocalInference decides(int index) {
    return request ->
        CompletableFuture.completedFuture(
            new InferenceAnswer.Decided(7, node(index).value(), request.inputs()));
  }

  static InferenceRequest request(Duration budget) {
    return new InferenceRequest(
        "motes", Map.of("x", Tensor.ofFloats(new long[] {2}, 1.5f, -2f)), budget.toNanos());
  }

  static InferenceAnswer offer(Site site, Duration budget) {
    return site.offer(request(budget))
        .toCompletableFuture()
        .orTimeout(budget.toSeconds() + 10, TimeUnit.SECONDS)
        .join();
  }

  static void kill(PekkoSite site) {
    site.close();
    awaitClosed(site);
  }

  private static void awaitClosed(PekkoSite site) {
    site.closed().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  static void awaitWhole(int members, PekkoSite... sites) {
    within(40)
        .untilAsserted(
            () -> {
              for (PekkoSite site : sites) {
                assertThat(site.view().members())
                    .hasSize(members)
                    .allMatch(m -> m.reachable() && m.status().equals("Up"));
              }
            });
  }

  @Override
  public void close() {
    started.forEach(PekkoSite::close);
    started.forEach(TestSite::awaitClosed);
  }
}
