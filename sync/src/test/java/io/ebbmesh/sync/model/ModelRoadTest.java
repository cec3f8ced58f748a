package io.ebbmesh.sync.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.model.ManifestSigner;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.model.activate.Serve;
import io.ebbmesh.sync.model.registry.ModelHub;
import io.ebbmesh.sync.model.registry.ModelRegistry;
import io.ebbmesh.sync.storage.FileStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRoadTest {

  private static final ModelRelease FIRST = new ModelRelease("m", 1);
  private static final ModelRelease SECOND = new ModelRelease("m", 2);

  @TempDir Path directory;
  private Road road;

  @BeforeEach
  void build() throws Exception {
    road = new Road(directory);
  }

  @AfterEach
  void stop() {
    road.close();
  }

  @Test
  void aPublishedModelIsFetchedCheckedAndServed() throws Exception {
    road.publish(road.doubling(1));
    road.startNode();
    road.connect();
    Serve serve = road.served();
    assertThat(serve.manifest().release()).isEqualTo(FIRST);
    assertThat(serve.manifest().parameters()).containsEntry("threshold", 3.5);
    assertThat(road.disk.content("files/" + serve.variant().digest()))
        .isEqualTo(Files.readAllBytes(directory.resolve("model-1")));
    Frame.Report report = road.report(r -> r.serving().contains(FIRST));
    assertThat(report.problem()).isEmpty();
    assertThat(report.wishRevision()).isEqualTo(1);
  }

  @Test
  void aNewReleaseIsWishedAtOnceAndTakesOver() throws Exception {
    serveFirst();
    assertThat(road.publish(road.doubling(2))).isEqualTo(SECOND);
    assertThat(road.served().manifest().release()).isEqualTo(SECOND);
    road.report(r -> r.serving().equals(List.of(SECOND)));
  }

  @Test
  void theHubKnowsWhatEachNodeServes() throws Exception {
    serveFirst();
    TestProbe<ModelHub.Reports> reports = road.kit.createTestProbe();
    road.hub.tell(new ModelHub.GetReports(reports.getRef()));
    assertThat(reports.receiveMessage(Road.PATIENCE).byNode())
        .hasEntrySatisfying(
            new NodeId("n1"), report -> assertThat(report.serving()).containsExactly(FIRST));
  }

  @Test
  void aRestartedNodeServesWithoutItsHub() throws Exception {
    serveFirst();
    road.stopNode();
    road.startNode();
    assertThat(road.served().manifest().release()).isEqualTo(FIRST);
    road.connect();
    road.report(r -> r.serving().contains(FIRST) && r.wishRevision() == 1);
    road.serves.expectNoMessage();
  }

  @Test
  void aChangedManifestIsRejectedAndTheOldReleaseServesOn() throws Exception {
    serveFirst();
    SignedManifest signed = road.registry.wish().manifests().get(0);
    byte[] changed = signed.manifest().clone();
    changed[changed.length / 2] ^= 1;
    road.fromHub(
        new Frame.Wish(
            9, List.of(new SignedManifest(signed.keyId(), changed, signed.signature()))));
    rejected("bad signature");
  }

  @Test
  void aManifestOfAnUnknownKeyIsRejectedAndTheOldReleaseServesOn() throws Exception {
    serveFirst();
    ModelRegistry stranger =
        ModelRegistry.open(
            FileStorage.create(directory.resolve("stranger")),
            new ManifestSigner(Road.newKeys()),
            Road.CHUNK_BYTES);
    stranger.publish(road.doubling(2));
    road.fromHub(new Frame.Wish(9, stranger.wish().manifests()));
    rejected("unknown key");
  }

  @Test
  void aLowerReleaseIsRejectedAndTheHigherOneServesOn() throws Exception {
    serveFirst();
    List<SignedManifest> first = road.registry.wish().manifests();
    road.publish(road.doubling(2));
    road.served();
    road.report(r -> r.serving().contains(SECOND));
    road.fromHub(new Frame.Wish(9, first));
    Frame.Report report = road.report(r -> r.problem().startsWith("lower release"));
    assertThat(report.serving()).containsExactly(SECOND);
    road.serves.expectNoMessage();
  }

  @Test
  void aChunkWithAFlippedBitIsRejectedAndTheOldReleaseServesOn() throws Exception {
    serveFirst();
    road.bend(frame -> frame instanceof Frame.Chunk chunk ? flipped(chunk, 7) : frame);
    road.publish(road.doubling(2));
    rejected("bad chunk");
    assertThat(road.disk.paths()).noneMatch(path -> path.endsWith(".part"));
    road.bend(frame -> frame);
    road.disconnect();
    road.connect();
    assertThat(road.served().manifest().release()).isEqualTo(SECOND);
    road.report(r -> r.problem().isEmpty() && r.serving().contains(SECOND));
  }

  @Test
  void aFileThatTheHubLostIsReported() throws Exception {
    serveFirst();
    road.bend(
        frame ->
            frame instanceof Frame.Chunk chunk
                ? new Frame.Chunk(chunk.file(), chunk.chunk(), new byte[0])
                : frame);
    road.publish(road.doubling(2));
    rejected("not at the hub");
  }

  @Test
  void wrongGoldenAnswersAreReportedAndTheOldReleaseServesOn() throws Exception {
    serveFirst();
    road.publish(road.publication(2, 9f));
    rejected("golden inputs failed");
  }

  @Test
  void aDeviceThatFailsOrIsSilentIsReportedAndNothingServes() throws Exception {
    road.publish(road.doubling(1));
    road.startNode(
        (manifest, variant, file, inputs) ->
            CompletableFuture.failedFuture(new IllegalStateException("no such operator")),
        "cpu");
    road.connect();
    assertThat(road.report(r -> !r.problem().isEmpty()).problem()).contains("no such operator");
    road.stopNode();
    road.startNode((manifest, variant, file, inputs) -> new CompletableFuture<>(), "cpu");
    road.connect();
    assertThat(road.report(r -> !r.problem().isEmpty()).problem()).contains("golden-timeout");
    road.serves.expectNoMessage();
  }

  @Test
  void aNodeWithoutAFittingAcceleratorSaysSo() throws Exception {
    road.publish(road.doubling(1));
    road.startNode(Road.DOUBLING, "npu");
    road.connect();
    assertThat(road.report(r -> !r.problem().isEmpty()).problem())
        .startsWith("no variant")
        .contains("cpu", "npu");
  }

  @Test
  void aLostLinkIsNoProblemTheNextSessionFetchesAgain() throws Exception {
    road.publish(road.doubling(1));
    road.startNode();
    road.bend(frame -> frame instanceof Frame.Chunk chunk && chunk.chunk() > 5 ? null : frame);
    road.connect();
    road.report(r -> r.wishRevision() == 1);
    road.disconnect();
    road.bend(frame -> frame);
    road.connect();
    assertThat(road.served().manifest().release()).isEqualTo(FIRST);
  }

  @Test
  void aDamagedActiveFileIsSetAsideThePreviousServesAndItIsFetchedAgain() throws Exception {
    serveFirst();
    road.publish(road.doubling(2));
    Digest second = road.served().variant().digest();
    road.report(r -> r.serving().contains(SECOND));
    road.stopNode();
    road.disk.flipBit("files/" + second, 12_345);
    road.startNode();
    assertThat(road.served().manifest().release()).isEqualTo(FIRST);
    assertThat(road.disk.paths()).contains("files/" + second + ".damaged");
    road.connect();
    assertThat(road.report(r -> r.wishRevision() == 0).problem()).contains("m@2", "bad file");
    assertThat(road.served().manifest().release()).isEqualTo(SECOND);
  }

  @Test
  void onlyTheActiveAndThePreviousReleaseAreKept() throws Exception {
    serveFirst();
    for (int seed = 2; seed <= 4; seed++) {
      road.publish(road.doubling(seed));
      road.served();
    }
    assertThat(road.disk.list("files")).hasSize(2);
    assertThat(road.disk.list("manifests")).containsExactly("m@3.a", "m@3.b", "m@4.a", "m@4.b");
  }

  @Test
  void aFullDiskIsReportedAndTheOldReleaseServesOn() throws Exception {
    serveFirst();
    road.disk.failWrites(path -> path.endsWith(".part"));
    road.publish(road.doubling(2));
    rejected("storage");
  }

  private void serveFirst() throws Exception {
    road.publish(road.doubling(1));
    road.startNode();
    road.connect();
    assertThat(road.served().manifest().release()).isEqualTo(FIRST);
    road.report(r -> r.serving().contains(FIRST));
  }

  /** A report gives the reason, names the old release as serving, and nothing else was served. */
  private void rejected(String reason) throws InterruptedException {
    Frame.Report report = road.report(r -> !r.problem().isEmpty());
    assertThat(report.problem()).startsWith(reason);
    assertThat(report.serving()).containsExactly(FIRST);
    road.serves.expectNoMessage();
  }

  private static Frame.Chunk flipped(Frame.Chunk chunk, int number) {
    byte[] bytes = chunk.bytes().clone();
    if (chunk.chunk() == number) {
      bytes[bytes.length / 2] ^= 8;
    }
    return new Frame.Chunk(chunk.file(), chunk.chunk(), bytes);
  }
}
