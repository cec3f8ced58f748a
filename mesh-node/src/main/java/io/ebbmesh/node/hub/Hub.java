package io.ebbmesh.node.hub;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.config.DataFolder;
import io.ebbmesh.node.config.HubSettings;
import io.ebbmesh.node.credentials.Identities;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.clock.HubClock;
import io.ebbmesh.sync.clock.SystemChance;
import io.ebbmesh.sync.insight.ingest.IngestSettings;
import io.ebbmesh.sync.insight.store.StoreException;
import io.ebbmesh.sync.insight.store.sqlite.Retention;
import io.ebbmesh.sync.insight.store.sqlite.SqliteInsightStore;
import io.ebbmesh.sync.insight.store.sqlite.SqliteSettings;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.LinkServer;
import io.ebbmesh.sync.link.netty.LinkSettings;
import io.ebbmesh.sync.link.netty.NettyLinkServer;
import io.ebbmesh.sync.model.registry.ModelHubSettings;
import io.ebbmesh.sync.model.registry.ModelRegistry;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.ebbmesh.sync.session.HubSessionSettings;
import io.ebbmesh.sync.session.HubSessions;
import io.ebbmesh.sync.storage.FileStorage;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;

/** A running hub. */
public final class Hub implements AutoCloseable {

  private static final long START_TIMEOUT_SECONDS = 30;

  private final ActorSystem<Void> system;
  private final SqliteInsightStore store;
  private final LinkServer.Binding binding;
  private final DoorReport doorReport;
  private final Closeable lock;

  private Hub(
      ActorSystem<Void> system,
      SqliteInsightStore store,
      LinkServer.Binding binding,
      DoorReport doorReport,
      Closeable lock) {
    this.system = system;
    this.store = store;
    this.binding = binding;
    this.doorReport = doorReport;
    this.lock = lock;
  }

  /**
   * Opens the store and the models, trains what is asked for, and listens.
   *
   * @throws UserErrorException naming what cannot be used, and the remedy
   */
  public static Hub start(Config config) {
    HubSettings settings = HubSettings.of(config);
    DataFolder.refuseNodes(settings.dataDir());
    Config sync = config.getConfig("ebbmesh.sync");
    checkRanges(config);
    HubClock clock = HubClock.create(UUID.randomUUID());
    TlsIdentity identity = Identities.load(settings.keys(), settings.name(), "ebbmesh.hub.name");
    Closeable lock = lock(settings.dataDir());
    SqliteInsightStore store = openStore(settings.dataDir(), config, clock);
    ActorSystem<Void> system = null;
    try {
      ModelRegistry registry = openRegistry(settings, sync);
      Trainings.publishDetector(settings, registry);
      CompletableFuture<HubGuardian.Doors> starting = new CompletableFuture<>();
      system =
          ActorSystem.create(
              HubGuardian.create(
                  new HubGuardian.Parts(store, registry, clock, new SystemChance(), config),
                  starting),
              "hub",
              config);
      HubGuardian.Doors doors = starting.orTimeout(START_TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
      NettyLinkServer server =
          NettyLinkServer.create(identity, clock, LinkSettings.of(sync.getConfig("link")));
      LinkServer.Binding binding =
          server
              .bind(settings.listen(), HubSessions.listeners(doors.sessions()))
              .toCompletableFuture()
              .join();
      DoorReport report = DoorReport.start(system, doors, server, store::quarantineGivenUp);
      return new Hub(system, store, binding, report, lock);
    } catch (RuntimeException | IOException e) {
      if (system != null) {
        system.terminate();
      }
      store.close();
      Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
      throw new UserErrorException(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** One hub a folder: two would acknowledge into one store with two ideas of its cursors. */
  private static Closeable lock(Path dataDir) {
    try {
      return FileStorage.create(dataDir).lock();
    } catch (IOException e) {
      throw new UserErrorException("ebbmesh.hub.data-dir: " + e.getMessage(), e);
    }
  }

  /**
   * What the actors would find only when they are made, and nobody waits for their answer.
   *
   * @throws UserErrorException naming what is out of range, and the remedy
   */
  public static void checkRanges(Config config) {
    Config sync = config.getConfig("ebbmesh.sync");
    try {
      IngestSettings.of(sync);
      SqliteSettings.of(sync.getConfig("hub-store"));
      HubSessionSettings.of(sync.getConfig("session.hub"));
      ModelHubSettings.of(sync.getConfig("model.hub"));
      LinkSettings.of(sync.getConfig("link"));
      Retention.of(config.getConfig("ebbmesh.hub.retention"));
    } catch (IllegalArgumentException | ConfigException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static SqliteInsightStore openStore(Path dataDir, Config config, NodeClock clock) {
    try {
      return SqliteInsightStore.open(
          DataFolder.hubStore(dataDir),
          SqliteSettings.of(config.getConfig("ebbmesh.sync.hub-store")),
          Retention.of(config.getConfig("ebbmesh.hub.retention")),
          () -> clock.now().wallMillis());
    } catch (StoreException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static ModelRegistry openRegistry(HubSettings settings, Config sync) throws IOException {
    return ModelRegistry.open(
        FileStorage.create(settings.dataDir().resolve("models")),
        Signing.with(settings.signingKey()),
        ModelHubSettings.of(sync.getConfig("model.hub")).chunkBytes());
  }

  /** Where nodes dial in. */
  public Endpoint endpoint() {
    return binding.local();
  }

  /** How many transactions its store has committed since the start. */
  public long storeTransactions() {
    return store.transactions();
  }

  /** Blocks until the hub ended. */
  public void awaitEnd() throws InterruptedException {
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the hub ended with a failure", e.getCause());
    }
  }

  /** Stops listening, lets what is being stored become durable, and ends. */
  @Override
  public void close() {
    binding.close().toCompletableFuture().join();
    // Without the counts the hub ends too.
    doorReport.say().exceptionally(failure -> null).toCompletableFuture().join();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    store.close();
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
