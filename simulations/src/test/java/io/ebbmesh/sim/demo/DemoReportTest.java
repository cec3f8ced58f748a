package io.ebbmesh.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.detector.SensorData;
import io.ebbmesh.sim.report.JsonFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoReportTest {

  private static final Books GOOD = new Books("node-1", 20, 20, 0, 0, 0, 0, 0, 0);
  private static final Books MISSING = new Books("node-1", 20, 19, 0, 0, 0, 0, 0, 0);
  private static final Books WAITING = new Books("node-1", 20, 19, 0, 0, 1, 0, 0, 0);

  private static DemoReport report(Books books, long offline, long neighbour, long after) {
    return new DemoReport(
        books.balanced(),
        List.of(books),
        new DetectorFigures(SensorData.shipped()).evaluate().toMap(),
        new DemoReport.Outage(10, offline, neighbour, 2.5),
        new DemoReport.Uplink(20, 2_000, 100, 2, 60, 80, 50, 20, 30),
        new DemoReport.Crash("node-2", 1, 5, after, after > 0),
        40);
  }

  @Test
  void a_demo_that_shows_everything_has_no_problem() {
    assertThat(report(GOOD, 3, 1, 2).problems()).isEmpty();
  }

  @Test
  void each_thing_that_is_not_shown_is_a_problem() {
    assertThat(report(MISSING, 3, 1, 2).problems())
        .hasSize(1)
        .first()
        .asString()
        .contains("books of node-1 do not balance");
    assertThat(report(WAITING, 3, 1, 2).problems())
        .hasSize(1)
        .first()
        .asString()
        .contains("not drained: 1");
    assertThat(report(GOOD, 0, 0, 0).problems()).hasSize(3);
  }

  @Test
  void the_keys_are_those_that_the_documentation_names() throws Exception {
    JsonNode json = new ObjectMapper().readTree(JsonFile.render(report(GOOD, 3, 1, 2)));
    assertThat(json.fieldNames())
        .toIterable()
        .startsWith("balanced", "nodes", "detector", "outage", "uplink");
    assertThat(json.get("balanced").isBoolean()).isTrue();
    assertThat(json.get("nodes").get(0).fieldNames())
        .toIterable()
        .startsWith(
            "node", "produced", "stored", "quarantined", "declaredLost", "pending", "duplicates");
    assertThat(json.get("detector").fieldNames())
        .toIterable()
        .contains("precision", "recall", "f1", "baselines");
    assertThat(json.get("detector").get("baselines")).hasSize(2);
    assertThat(json.get("outage").fieldNames())
        .toIterable()
        .startsWith("seconds", "decidedOffline", "decidedByNeighbour", "drainSeconds");
    assertThat(json.get("uplink").fieldNames())
        .toIterable()
        .startsWith("insights", "bytes", "bytesPerInsight");
  }
}
