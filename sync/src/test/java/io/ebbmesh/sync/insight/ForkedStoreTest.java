package io.ebbmesh.sync.insight;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport.SourceReport;
import io.ebbmesh.sync.link.MemoryLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose store went back in time, or that there are two of. */
class ForkedStoreTest {

  @TempDir Path directory;

  private final MemoryLink link = new MemoryLink("hub-1");
  private RoadHub hub;
  private RoadNode node;

  @BeforeEach
  void start() {
    hub = new RoadHub(directory.resolve("hub.db"), link);
    node = new RoadNode(directory.resolve("node"), link, 1);
  }

  @AfterEach
  void stop() {
    node.stop();
    hub.stop();
  }

  /** The node stops, its disk is copied, and it starts again. */
  private Path image() throws IOException {
    node.stop();
    Path from = directory.resolve("node");
    Path image = directory.resolve("image");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        Files.copy(each, image.resolve(from.relativize(each)));
      }
    }
    node = new RoadNode(from, link, 2);
    return image;
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private List<SourceReport> stored() {
    try (HubStoreReport report = HubStoreReport.open(directory.resolve("hub.db"))) {
      return report.sourcePositions(Samples.NODE);
    }
  }

  private static SourceReport once(int insights) {
    return new SourceReport("csv/mote", insights, 0, 1, insights, 0);
  }

  private static long positions(List<SourceReport> sources) {
    return sources.get(0).count() - sources.get(0).duplicates();
  }

  private void awaitDelivered(int insights) {
    await().untilAsserted(() -> assertThat(stored()).containsExactly(once(insights)));
    await().untilAsserted(() -> assertThat(node.heldBlocks()).isZero());
  }

  private static void awaitRefused(RoadNode refused) {
    await()
        .untilAsserted(
            () ->
                assertThat(refused.session().lastProblem())
                    .contains("FORKED")
                    .contains("insight from 1001 (the hub holds 500 of them)")
                    .contains("outbox/identity.a")
                    .hasSizeLessThan(1_000));
  }

  @Test
  void a_store_that_was_set_back_is_refused_and_keeps_what_it_accepts() throws Exception {
    node.offer(1, 1_000);
    awaitDelivered(1_000);
    Path image = image();
    node.offer(1_001, 500);
    awaitDelivered(1_500);
    assertThat(node.session().lastProblem()).isEmpty();
    node.stop();

    node = new RoadNode(image, link, 3);
    node.offer(1_501, 200);
    awaitRefused(node);
    assertThat(node.heldBlocks()).isPositive();
    assertThat(stored()).containsExactly(once(1_500));

    // What the refusal tells the operator to do.
    node.stop();
    for (String copy : new String[] {"identity.a", "identity.b"}) {
      Files.move(image.resolve("outbox").resolve(copy), directory.resolve(copy));
    }
    node = new RoadNode(image, link, 4);
    await().untilAsserted(() -> assertThat(positions(stored())).isEqualTo(1_700));
    await().untilAsserted(() -> assertThat(node.heldBlocks()).isZero());
  }

  @Test
  void a_copy_that_runs_beside_the_node_is_refused_and_the_node_goes_on() throws Exception {
    node.offer(1, 1_000);
    awaitDelivered(1_000);
    Path image = image();
    node.offer(1_001, 500);
    awaitDelivered(1_500);

    RoadNode copy = new RoadNode(image, link, 3);
    try {
      awaitRefused(copy);
      assertThat(node.session().sessions()).isEqualTo(1);
      assertThat(node.session().live()).isTrue();
      node.offer(1_501, 100);
      awaitDelivered(1_600);
    } finally {
      copy.stop();
    }
  }
}
