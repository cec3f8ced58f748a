package io.ebbmesh.node.edge;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import io.ebbmesh.accelerator.device.onnx.OnnxDevice;
import io.ebbmesh.accelerator.device.onnx.OnnxOptions;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.config.DataFolder;
import io.ebbmesh.node.config.EdgeSettings;
import io.ebbmesh.node.config.SettingsException;
import io.ebbmesh.node.credentials.Identities;
import io.ebbmesh.node.credentials.SigningKeys;
import io.ebbmesh.node.ingress.csv.CsvException;
import io.ebbmesh.node.ingress.csv.CsvReplay;
import io.ebbmesh.node.ingress.csv.CsvSettings;
import io.ebbmesh.node.ingress.http.HttpIngress;
import io.ebbmesh.node.ingress.http.HttpIngressException;
import io.ebbmesh.node.ingress.http.HttpSettings;
import io.ebbmesh.node.pipeline.PipelineSettings;
import io.ebbmesh.node.pipeline.PipelineSink;
import io.ebbmesh.node.site.PekkoSite;
import io.ebbmesh.node.site.Site;
import io.ebbmesh.node.site.SiteException;
import io.ebbmesh.node.site.SiteSettings;
import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.sync.clock.ClockSettings;
import io.ebbmesh.sync.clock.SystemChance;
import io.ebbmesh.sync.clock.SystemNodeClock;
import io.ebbmesh.sync.insight.outbox.OutboxSettings;
import io.ebbmesh.sync.insight.uplink.UplinkSettings;
import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.journal.StoreException;
import io.ebbmesh.sync.link.netty.LinkSettings;
import io.ebbmesh.sync.link.netty.NettyLink;
import io.ebbmesh.sync.model.fetch.FetchSettings;
import io.ebbmesh.sync.model.verify.ModelFiles;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.session.SessionSettings;
import io.ebbmesh.sync.storage.FileStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/** A running edge node: actors on this machine, and beside them site, link and HTTP. */
public final class EdgeNode implements AutoCloseable {

  private static final long OPEN_TIMEOUT_SECONDS = 120;
  private static final String NATIVE_DIR = "ebbmesh.accelerator.onnx.native-dir";
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  private final ActorSystem<EdgeGuardian.Command> system;
  private final SystemNodeClock clock;
  private final ExecutorService clockWriter;
  private final @Nullable NettyLink link;
  private Site site = Site.none();
  private @Nullable HttpIngress http;
  private EdgeGuardian.@Nullable Doors doors;

  private EdgeNode(
      ActorSystem<EdgeGuardian.Command> system,
      SystemNodeClock clock,
      ExecutorService clockWriter,
      @Nullable NettyLink link) {
    this.system = system;
    this.clock = clock;
    this.clockWriter = clockWriter;
    this.link = link;
  }

  /**
   * Opens the outbox, then site and HTTP. Returns when readings are taken.
   *
   * @param accepting called as soon as the outbox accepts, before site and HTTP are there
   * @throws UserErrorException naming what cannot be used, and the remedy
   */
  public static EdgeNode start(Config config, Runnable accepting) {
    EdgeNode node = null;
    try {
      EdgeSettings settings = EdgeSettings.of(config);
      DataFolder.refuseHubs(settings.dataDir());
      CsvSettings csv = CsvSettings.of(config.getConfig("ebbmesh.node.csv"));
      if (csv != null) {
        CsvReplay.check(csv);
      }
      checkRanges(config);
      CompletableFuture<EdgeGuardian.Doors> doors = new CompletableFuture<>();
      node = open(settings, config, doors);
      EdgeGuardian.Doors opened = doors.get(OPEN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      node.doors = opened;
      accepting.run();
      node.joinSite(settings, config, opened);
      node.listen(settings, config, opened);
      return node;
    } catch (SettingsException
        | ConfigException
        | CsvException
        | HttpIngressException
        | SiteException
        | IllegalArgumentException
        | IllegalStateException
        | StoreException
        | IOException
        | CompletionException
        | ExecutionException
        | TimeoutException e) {
      if (node != null) {
        node.close();
      }
      boolean wrapped = e instanceof CompletionException || e instanceof ExecutionException;
      Throwable cause = wrapped && e.getCause() != null ? e.getCause() : e;
      throw new UserErrorException(String.valueOf(cause.getMessage()), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    }
  }

  /**
   * What the actors would find only when they are made, and nobody waits for their answer.
   *
   * @throws UserErrorException naming what is out of range, and the remedy
   */
  public static void checkRanges(Config config) {
    try {
      OutboxSettings.of(config);
      SessionSettings.of(config.getConfig("ebbmesh.sync.session"));
      LinkSettings.of(config.getConfig("ebbmesh.sync.link"));
      UplinkSettings.of(config);
      PipelineSettings.of(config.getConfig("ebbmesh.node.pipeline"));
      FetchSettings.of(config.getConfig("ebbmesh.sync.model"));
    } catch (IllegalArgumentException | ConfigException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static EdgeNode open(
      EdgeSettings settings, Config config, CompletableFuture<EdgeGuardian.Doors> doors)
      throws IOException {
    Path dataDir = settings.dataDir();
    Config own = inDataDir(config, dataDir);
    ExecutorService clockWriter =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "ebbmesh-clock");
              thread.setDaemon(true);
              return thread;
            });
    SystemNodeClock clock =
        SystemNodeClock.create(
            storage(dataDir),
            "clock",
            clockWriter,
            UUID.randomUUID(),
            ClockSettings.of(config.getConfig("ebbmesh.sync.clock")));
    NettyLink link = null;
    if (settings.hub() != null) {
      link =
          NettyLink.create(
              Identities.load(
                  settings.hub().keys(), PeerName.node(settings.id()), "ebbmesh.node.id"),
              settings.hub().name(),
              clock,
              LinkSettings.of(config.getConfig("ebbmesh.sync.link")));
    }
    Path models = dataDir.resolve("models");
    OnnxOptions onnx = OnnxOptions.of(own.getConfig("ebbmesh.accelerator.onnx"));
    NodeParts parts =
        new NodeParts(
            settings,
            own,
            clock,
            new SystemChance(),
            () -> new OnnxDevice(onnx),
            new ModelFiles(FileStorage.create(models), models),
            new ManifestVerifier(trustedKeys(settings)),
            link);
    ActorSystem<EdgeGuardian.Command> system =
        ActorSystem.create(EdgeGuardian.create(parts, doors), "node", own);
    EdgeNode node = new EdgeNode(system, clock, clockWriter, link);
    try {
      EbbmeshLog.get(system);
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
    return node;
  }

  /** Places that lie in the data-dir. */
  private static Config inDataDir(Config config, Path dataDir) {
    Config own =
        config.withValue(
            "ebbmesh.sync.store.dir",
            ConfigValueFactory.fromAnyRef(dataDir.resolve("outbox").toString()));
    return config.getString(NATIVE_DIR).isEmpty()
        ? own.withValue(
            NATIVE_DIR, ConfigValueFactory.fromAnyRef(dataDir.resolve("native").toString()))
        : own;
  }

  private static FileStorage storage(Path dataDir) {
    try {
      return FileStorage.create(dataDir);
    } catch (IOException e) {
      throw new UserErrorException("ebbmesh.node.data-dir: " + e.getMessage(), e);
    }
  }

  private static List<PublicKey> trustedKeys(EdgeSettings settings) throws IOException {
    List<PublicKey> keys = new ArrayList<>();
    for (Path file : settings.trustedKeys()) {
      keys.add(SigningKeys.readPublic(file));
    }
    return keys;
  }

  private void joinSite(EdgeSettings settings, Config config, EdgeGuardian.Doors doors) {
    Config section = config.getConfig("ebbmesh.node.site");
    if (section.getBoolean("enabled")) {
      site = PekkoSite.start(SiteSettings.of(section), settings.id(), clock, doors.device());
      system.tell(new EdgeGuardian.UseSite(site));
    }
  }

  private void listen(EdgeSettings settings, Config config, EdgeGuardian.Doors doors) {
    Config section = config.getConfig("ebbmesh.node.http");
    if (section.getBoolean("enabled")) {
      PipelineSink sink = new PipelineSink(doors.pipeline());
      NodeStatusReader status = new NodeStatusReader(settings.id().value(), system, doors, site);
      http =
          HttpIngress.start(
                  system, HttpSettings.of(section), new HttpIngress.Node(sink, sink, clock, status))
              .toCompletableFuture()
              .join();
    }
  }

  /** For what runs in this process beside the node, such as a producer of a benchmark. */
  public ActorSystem<?> system() {
    return system;
  }

  /** Where such a producer finds the actors. */
  public EdgeGuardian.Doors doors() {
    return Objects.requireNonNull(doors, "the node is still starting");
  }

  /** Blocks until the node ended. */
  public void awaitEnd() throws InterruptedException {
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the node ended with a failure", e.getCause());
    }
  }

  /** Takes no more readings, lets what is being written become durable, and ends. */
  @Override
  public void close() {
    HttpIngress listening = http;
    if (listening != null) {
      listening.stop(STOP_TIMEOUT).toCompletableFuture().join();
    }
    site.close();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    if (link != null) {
      link.close().toCompletableFuture().join();
    }
    clock.persist();
    clockWriter.shutdown();
    try {
      if (!clockWriter.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        system.log().warn("the clock's estimate is not kept: the disk does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
