package io.ebbmesh.sync.insight;

import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport.SourceReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
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
    return image("image");
  }

  private Path image(String name) throws IOException {
    node.stop();
    Path image = copy(directory.resolve("node"), name);
    node = new RoadNode(directory.resolve("node"), link, 2);
    return image;
  }

  private Path copy(Path from, String name) throws IOException {
    Path image = directory.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        Files.copy(each, image.resolve(from.relativize(each)));
      }
    }
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

  private void awaitDelivered(int insights) {
    await()
        .untilAsserted(
            () -> assertThat(stored()).as("%s", node.session()).containsExactly(once(insights)));
    await().untilAsserted(() -> assertThat(node.heldBlocks()).isZero());
  }

  private List<LaneReport> lanes() {
    try (HubStoreReport report = HubStoreReport.open(directory.resolve("hub.db"))) {
      return report.lanes();
    }
  }

  @Test
  void a_store_that_was_set_back_goes_on_as_a_new_incarnation() throws Exception {
    node.offer(1, 1_000);
    awaitDelivered(1_000);
    Path image = image();
    node.offer(1_001, 500);
    awaitDelivered(1_500);
    assertThat(node.session().lastProblem()).isEmpty();
    node.stop();

    node = new RoadNode(image, link, 3);
    node.offer(1_501, 200);
    awaitDelivered(1_700);
    assertThat(lanes())
        .extracting(LaneReport::rows, LaneReport::held, LaneReport::firstSeq, LaneReport::closed)
        .containsExactly(
            tuple(1_500L, ranges(1, 1_500), 1L, true),
            tuple(200L, ranges(1_001, 1_200), 1_001L, false));
    assertThat(lanes()).allMatch(LaneReport::balances);

    node.stop();
    node = new RoadNode(image, link, 4);
    node.offer(1_701, 50);
    awaitDelivered(1_750);
    assertThat(lanes()).hasSize(2);
  }

  @Test
  void what_an_image_holds_and_the_hub_does_not_goes_up_under_the_numbers_it_has()
      throws Exception {
    hub.stop();
    node.offer(1, 1_000);
    Path image = image();
    hub = new RoadHub(directory.resolve("hub.db"), link);
    node.offer(1_001, 500);
    awaitDelivered(1_500);
    node.stop();

    node = new RoadNode(image, link, 3);
    assertThat(node.heldBlocks()).isPositive();
    node.offer(1_501, 100);
    awaitDelivered(1_600);
    assertThat(lanes()).extracting(LaneReport::rows).containsExactly(1_500L, 100L);
  }

  @Test
  void a_store_that_was_set_back_twice_goes_on_as_a_third() throws Exception {
    node.offer(1, 1_000);
    awaitDelivered(1_000);
    Path first = image("first");
    node.offer(1_001, 500);
    awaitDelivered(1_500);
    node.stop();

    node = new RoadNode(first, link, 3);
    node.offer(1_501, 200);
    awaitDelivered(1_700);
    node.stop();
    Path second = copy(first, "second");
    node = new RoadNode(first, link, 4);
    node.offer(1_701, 300);
    awaitDelivered(2_000);
    node.stop();

    node = new RoadNode(second, link, 5);
    node.offer(2_001, 100);
    awaitDelivered(2_100);
    assertThat(lanes())
        .extracting(LaneReport::rows, LaneReport::firstSeq)
        .containsExactly(tuple(1_500L, 1L), tuple(500L, 1_001L), tuple(100L, 1_201L));
  }

  @Test
  void a_copy_that_runs_beside_the_node_waits_until_it_is_gone() throws Exception {
    node.offer(1, 1_000);
    awaitDelivered(1_000);
    Path image = image();
    node.offer(1_001, 500);
    awaitDelivered(1_500);

    RoadNode copy = new RoadNode(image, link, 3);
    try {
      copy.offer(1_501, 100);
      await()
          .untilAsserted(
              () -> assertThat(copy.session().lastProblem()).contains("BUSY", "'gateway-1'"));
      assertThat(node.session().sessions()).isEqualTo(1);
      assertThat(node.session().live()).isTrue();
      assertThat(copy.heldBlocks()).isPositive();
      assertThat(stored()).containsExactly(once(1_500));

      node.stop();
      await().untilAsserted(() -> assertThat(stored()).containsExactly(once(1_600)));
    } finally {
      copy.stop();
    }
  }

  @Test
  void a_store_that_lost_its_identity_closes_the_one_before() throws Exception {
    node.offer(1, 1_000);
    awaitDelivered(1_000);
    node.stop();
    Path store = directory.resolve("node");
    for (String copy : new String[] {"identity.a", "identity.b"}) {
      Files.delete(store.resolve("outbox").resolve(copy));
    }

    node = new RoadNode(store, link, 2);
    node.offer(1_001, 50);
    // Acknowledgements that were not durable yet are forgotten, and so is whose the numbers were.
    await()
        .untilAsserted(
            () -> {
              SourceReport source = stored().get(0);
              assertThat(source.count() - source.duplicates()).isEqualTo(1_050);
            });
    await().untilAsserted(() -> assertThat(node.heldBlocks()).isZero());
    assertThat(lanes()).extracting(LaneReport::closed).containsExactly(true, false);
    assertThat(lanes().get(0).unaccounted()).isEqualTo(SeqRanges.EMPTY);
  }
}
