package io.ebbmesh.sync.insight;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport.SourceReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.link.MemoryLink;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an offer to a row, over a link that comes and goes, with both ends dying in between. */
class InsightRoadTest {

  private static final int INSIGHTS = 3_000;

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

  private List<SourceReport> stored() {
    try (HubStoreReport report = HubStoreReport.open(directory.resolve("hub.db"))) {
      return report.sourcePositions(Samples.NODE);
    }
  }

  private void awaitAllStoredOnce(int insights) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(stored())
                    .containsExactly(new SourceReport("csv/mote", insights, 0, 1, insights, 0)));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(node.heldBlocks()).isZero());
    try (HubStoreReport report = HubStoreReport.open(directory.resolve("hub.db"))) {
      assertThat(report.lanes()).allMatch(LaneReport::balances);
    }
  }

  @Test
  void what_was_accepted_is_stored_once_and_then_let_go() {
    node.offer(1, INSIGHTS);
    awaitAllStoredOnce(INSIGHTS);
    assertThat(node.totals().insightsSent()).isEqualTo(INSIGHTS);
    assertThat(node.totals().bytesInFlight()).isZero();
  }

  @Test
  void a_link_that_is_cut_again_and_again_changes_nothing() {
    link.deliverAtOnce(false);
    for (int part = 0; part < 10; part++) {
      node.offer(part * 300 + 1, 300);
      for (int i = 0; i < 20; i++) {
        link.deliver(3);
      }
      link.cut();
      Awaitility.await().untilAsserted(() -> assertThat(link.connections()).isEqualTo(1));
    }
    link.deliverAtOnce(true);
    awaitAllStoredOnce(INSIGHTS);
  }

  @Test
  void a_node_that_starts_again_sends_what_was_not_acknowledged() {
    link.refuseDials(true);
    link.cut();
    node.offer(1, 1_000);
    node.stop();
    node = new RoadNode(directory.resolve("node"), link, 2);
    node.offer(1_001, INSIGHTS - 1_000);
    link.refuseDials(false);
    awaitAllStoredOnce(INSIGHTS);
  }

  @Test
  void a_hub_that_starts_again_goes_on_from_its_store() {
    node.offer(1, 1_000);
    hub.stop();
    node.offer(1_001, 1_000);
    hub = new RoadHub(directory.resolve("hub.db"), link);
    node.offer(2_001, INSIGHTS - 2_000);
    awaitAllStoredOnce(INSIGHTS);
  }

  @Test
  void insights_of_a_node_in_1970_carry_corrected_times() throws Exception {
    node.offer(1, 100);
    awaitAllStoredOnce(100);
    assertThat(node.wallMillis()).isGreaterThan(RoadHub.WALL_MILLIS);
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("hub.db"));
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT min(quality), min(wall_millis) FROM insight_time")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(2);
      // Sample times count from a second after the boot; the boot was long before the hub's start.
      assertThat(rows.getLong(2)).isLessThan(RoadHub.WALL_MILLIS);
    }
  }
}
