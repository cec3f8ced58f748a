package io.ebbmesh.sim.ingest;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.config.KeyFiles;
import io.ebbmesh.node.config.SettingsFile;
import io.ebbmesh.node.credentials.CredentialsFolder;
import io.ebbmesh.node.credentials.Identities;
import io.ebbmesh.node.hub.Hub;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.clock.HubClock;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.link.netty.LinkSettings;
import io.ebbmesh.sync.link.netty.NettyLink;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** A real hub on a fresh store, and sessions over TLS from this same process. */
final class IngestRun {

  private static final long MAX_MINUTES = 30;

  private final Path folder;
  private final CredentialsFolder pki;
  private final NodeClock clock = HubClock.create(UUID.randomUUID());

  /**
   * @param folder of credentials and stores
   * @param nodes how many get a certificate
   */
  IngestRun(Path folder, int nodes) throws IOException, IdentityException {
    this.folder = folder;
    Validity year = Validity.from(Instant.now(), Duration.ofDays(365));
    pki = CredentialsFolder.create(folder.resolve("pki"), year);
    pki.issueHub("hub", List.of("127.0.0.1"), year);
    for (int i = 0; i < nodes; i++) {
      pki.issueNode(QueryLoad.node(i), year);
    }
  }

  /** Ingests {@code records} insights, shared evenly among the sessions. */
  IngestReport.Run run(String name, int sessions, long records, int perBlock)
      throws InterruptedException, ExecutionException, TimeoutException, IOException {
    PushedBlocks blocks = PushedBlocks.of(Math.max(1, records / sessions), perBlock);
    Path store = folder.resolve(name).resolve("insights.db");
    List<NettyLink> links = new ArrayList<>();
    double seconds;
    long transactions;
    Histogram queries;
    try (Hub hub = Hub.start(SettingsFile.check(ConfigFactory.parseString(settings(name))))) {
      List<PushSession> pushing = dial(hub, sessions, blocks, links);
      await(pushing.stream().map(PushSession::welcomed).toList());
      try (QueryLoad load = QueryLoad.start(store, blocks.streams(), sessions)) {
        long before = hub.storeTransactions();
        long start = System.nanoTime();
        pushing.forEach(PushSession::start);
        await(pushing.stream().map(PushSession::done).toList());
        seconds = (System.nanoTime() - start) / 1e9;
        transactions = hub.storeTransactions() - before;
        queries = load.latencies();
      }
      pushing.forEach(PushSession::close);
    } finally {
      for (NettyLink link : links) {
        link.close();
      }
    }
    long pushed = blocks.insights() * sessions;
    return new IngestReport.Run(
        sessions,
        pushed / seconds,
        (double) pushed / Math.max(1, transactions),
        (double) Files.size(store) / pushed,
        queries.getTotalCount(),
        queries.getValueAtPercentile(50) / 1e6,
        queries.getValueAtPercentile(99) / 1e6,
        isComplete(store, sessions, blocks.insights()));
  }

  private List<PushSession> dial(
      Hub hub, int sessions, PushedBlocks blocks, List<NettyLink> links) {
    LinkSettings settings = LinkSettings.of(ConfigFactory.load().getConfig("ebbmesh.sync.link"));
    List<PushSession> pushing = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      KeyFiles keys =
          new KeyFiles(
              folder.resolve("pki").resolve(QueryLoad.node(i) + ".node.p12"),
              pki.password(),
              pki.hubTrust(),
              pki.password());
      NettyLink link =
          NettyLink.create(
              Identities.load(keys, PeerName.node(QueryLoad.node(i)), "the bench"),
              PeerName.hub("hub"),
              clock,
              settings);
      PushSession session = new PushSession(QueryLoad.node(i), i, clock, blocks);
      links.add(link);
      pushing.add(session);
      link.dial(hub.endpoint(), session);
    }
    return pushing;
  }

  private static void await(List<CompletableFuture<Void>> all)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Void> failed = new CompletableFuture<>();
    for (CompletableFuture<Void> one : all) {
      one.whenComplete(
          (nothing, failure) -> {
            if (failure != null) {
              failed.completeExceptionally(failure);
            }
          });
    }
    CompletableFuture.anyOf(failed, CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)))
        .get(MAX_MINUTES, TimeUnit.MINUTES);
  }

  private static boolean isComplete(Path store, int sessions, long insights) {
    try (HubStoreReport report = HubStoreReport.open(store)) {
      List<LaneReport> lanes = report.lanes();
      return lanes.size() == sessions
          && lanes.stream().allMatch(lane -> lane.balances() && lane.rows() == insights);
    }
  }

  private String settings(String name) {
    return """
        ebbmesh.hub {
          name = hub, data-dir = "%s", listen = "127.0.0.1:0"
          key-store = "%2$s/hub.hub.p12", key-store-password = %3$s
          trust-store = "%2$s/hub-trust.p12", trust-store-password = %3$s
        }
        """
        .formatted(folder.resolve(name), folder.resolve("pki"), pki.password());
  }
}
