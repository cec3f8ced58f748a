package io.ebbmesh.sync.model;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.model.ManifestSigner;
import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.protocol.model.ModelManifest.Golden;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.model.activate.Serve;
import io.ebbmesh.sync.model.fetch.FetchSettings;
import io.ebbmesh.sync.model.fetch.ModelFetch;
import io.ebbmesh.sync.model.registry.ModelHub;
import io.ebbmesh.sync.model.registry.ModelHubSettings;
import io.ebbmesh.sync.model.registry.ModelRegistry;
import io.ebbmesh.sync.model.registry.Publication;
import io.ebbmesh.sync.model.verify.GoldenCheck;
import io.ebbmesh.sync.model.verify.ModelFiles;
import io.ebbmesh.sync.pki.FixedClock;
import io.ebbmesh.sync.session.CreditWindow;
import io.ebbmesh.sync.session.PeerSender;
import io.ebbmesh.sync.session.Peers;
import io.ebbmesh.sync.session.Session;
import io.ebbmesh.sync.storage.FileStorage;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** A hub's registry and one node's model road, joined by a session that a test can bend. */
final class Road implements AutoCloseable {

  static final int CHUNK_BYTES = 1000;
  static final int FILE_BYTES = 10_500;
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final NodeId NODE = new NodeId("n1");
  private static final ModelHubSettings HUB_SETTINGS = new ModelHubSettings(CHUNK_BYTES, 2, 8, 100);

  final ActorTestKit kit = ActorTestKit.create();
  final MemoryStorage disk = new MemoryStorage();
  final TestProbe<Serve> serves = kit.createTestProbe();
  final KeyPair keys;
  final ModelRegistry registry;
  final ActorRef<ModelHub.Command> hub;

  private final Path directory;
  private final BlockingQueue<Frame.Report> reports = new LinkedBlockingQueue<>();
  private volatile UnaryOperator<@Nullable Frame> downlink = frame -> frame;
  private @Nullable ActorRef<ModelFetch.Command> node;
  private @Nullable ActorRef<Session.Signal> nodeEnd;
  private long sessions;

  Road(Path directory) throws IOException {
    this.directory = directory;
    this.keys = newKeys();
    this.registry =
        ModelRegistry.open(
            FileStorage.create(directory.resolve("hub")), new ManifestSigner(keys), CHUNK_BYTES);
    this.hub = kit.spawn(ModelHub.create(registry, HUB_SETTINGS));
  }

  static KeyPair newKeys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A device that doubles what it is given. */
  static final GoldenCheck DOUBLING =
      (manifest, variant, file, inputs) ->
          CompletableFuture.completedFuture(
              inputs.stream().map(input -> new float[] {input[0] * 2}).toList());

  /** A release of random bytes whose golden answers a doubling device gives. */
  Publication doubling(int seed) throws IOException {
    return publication(seed, 8f);
  }

  /** A release that wants {@code answer} for the input 4. */
  Publication publication(int seed, float answer) throws IOException {
    byte[] content = new byte[FILE_BYTES];
    new Random(seed).nextBytes(content);
    Path file = Files.write(directory.resolve("model-" + seed), content);
    return new Publication(
        "m",
        List.of(new Publication.VariantFile("cpu", "onnx", file)),
        Map.of("threshold", 3.5),
        List.of(new Golden(new float[] {4}, new float[] {answer}, 0.001f)));
  }

  /** Publishes as an operator would, so that everyone connected is wished it. */
  ModelRelease publish(Publication publication) {
    TestProbe<ModelHub.PublishAnswer> answer = kit.createTestProbe();
    hub.tell(new ModelHub.Publish(publication, answer.getRef()));
    return answer.expectMessageClass(ModelHub.Published.class, PATIENCE).release();
  }

  void startNode() throws Exception {
    startNode(DOUBLING, "cpu");
  }

  void startNode(GoldenCheck golden, String kind) throws Exception {
    CompletableFuture<ActorRef<Session.Signal>> registered = new CompletableFuture<>();
    ActorRef<Session.Command> session =
        kit.spawn(
            Behaviors.receiveMessage(
                message -> {
                  if (message instanceof Session.RegisterModels register) {
                    registered.complete(register.road());
                  }
                  return Behaviors.same();
                }));
    node =
        kit.spawn(
            ModelFetch.create(
                new ModelFetch.Surroundings(
                    session,
                    FixedClock.right(Instant.EPOCH),
                    new ManifestVerifier(List.of(keys.getPublic())),
                    List.of(kind),
                    new ModelFiles(disk, Path.of("/node")),
                    golden,
                    serves.getRef(),
                    new FetchSettings(
                        4, Duration.ofSeconds(30), Duration.ofSeconds(2), 1_000_000))));
    nodeEnd = registered.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  void stopNode() {
    if (node != null) {
      kit.stop(node);
    }
    disk.kill();
  }

  /** Changes, or drops by null, what the hub sends from now on. */
  void bend(UnaryOperator<@Nullable Frame> change) {
    downlink = change;
  }

  void connect() {
    Peers.SessionId session = new Peers.SessionId(NODE, ++sessions);
    Frame.Welcome welcome = new Frame.Welcome(1, Map.of(), 0, 1, List.of(), 1, 1000);
    Frame.Hello hello =
        new Frame.Hello(
            NODE,
            1,
            1,
            new Incarnation(new UUID(1, 1)),
            new Lineage(List.of()),
            Map.of(),
            new FixedClock(Instant.EPOCH, ClockQuality.SYNCHRONISED).now(),
            1,
            List.of());
    toNode(new Session.Up(welcome, sender(frame -> fromNode(session, frame))));
    hub.tell(
        ModelHub.heard(
            new Peers.PeerUp(
                session, hello, welcome, CreditWindow.fixed(1), sender(this::fromHub))));
  }

  void disconnect() {
    toNode(new Session.Down("planted"));
    hub.tell(ModelHub.heard(new Peers.PeerDown(new Peers.SessionId(NODE, sessions), "planted")));
  }

  /** Speaks to the node as its hub. */
  void fromHub(Frame frame) {
    Frame bent = downlink.apply(frame);
    if (bent != null) {
      toNode(new Session.Heard(bent));
    }
  }

  private void fromNode(Peers.SessionId session, Frame frame) {
    hub.tell(ModelHub.heard(new Peers.PeerHeard(session, frame)));
    if (frame instanceof Frame.Report report) {
      reports.add(report);
    }
  }

  private void toNode(Session.Signal signal) {
    if (nodeEnd != null) {
      nodeEnd.tell(signal);
    }
  }

  private static PeerSender sender(Consumer<Frame> to) {
    return new PeerSender() {
      @Override
      public void send(Frame frame) {
        to.accept(frame);
      }

      @Override
      public void giveUp(String reason) {
        throw new AssertionError(reason);
      }

      @Override
      public void storeIsAway(boolean away) {
        throw new AssertionError("models know nothing of the store");
      }
    };
  }

  /** The next report that says so. */
  Frame.Report report(Predicate<Frame.Report> wanted) throws InterruptedException {
    Frame.@Nullable Report report;
    do {
      report = reports.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } while (report != null && !wanted.test(report));
    if (report == null) {
      throw new AssertionError("no such report");
    }
    return report;
  }

  Serve served() {
    return serves.receiveMessage(PATIENCE);
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
