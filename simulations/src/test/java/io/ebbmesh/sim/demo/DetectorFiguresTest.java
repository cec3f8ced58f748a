package io.ebbmesh.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.node.detector.Evaluation;
import io.ebbmesh.node.detector.LabelledReading;
import io.ebbmesh.node.detector.SensorData;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectorFiguresTest {

  private static final List<LabelledReading> READINGS = SensorData.shipped();

  @TempDir Path folder;

  /** What a node would send up that alarms exactly where there is a label. */
  private static List<StoredInsight> perfect(DemoNode node) {
    List<StoredInsight> rows = new ArrayList<>();
    long position = 0;
    for (LabelledReading reading : READINGS) {
      if (node.streams().contains(reading.stream())) {
        position++;
        InsightKind kind = reading.event() ? InsightKind.ANOMALY : InsightKind.CLASSIFICATION;
        rows.add(Rows.row(position, position, kind, ""));
      }
    }
    return rows;
  }

  @Test
  void alarms_come_back_to_the_readings_that_they_are_about() {
    DetectorFigures figures = new DetectorFigures(READINGS);
    DemoNode.ALL.forEach(node -> figures.add(Share.of(node, READINGS), perfect(node)));
    Evaluation evaluation = figures.evaluate();
    assertThat(evaluation.detector().all().truePositives()).isEqualTo(158);
    assertThat(evaluation.detector().all().f1()).isEqualTo(1);
    assertThat(evaluation.baselines()).hasSize(2);
  }

  @Test
  void what_was_not_stored_raised_no_alarm() {
    DetectorFigures figures = new DetectorFigures(READINGS);
    figures.add(Share.of(DemoNode.FIRST, READINGS), perfect(DemoNode.FIRST));
    Evaluation evaluation = figures.evaluate();
    assertThat(evaluation.detector().all().eventsFound()).isEqualTo(1);
    assertThat(evaluation.detector().all().precision()).isEqualTo(1);
  }

  @Test
  void every_reading_is_replayed_by_one_node_in_its_order_and_without_its_label()
      throws IOException {
    int rows = 0;
    for (DemoNode node : DemoNode.ALL) {
      Share share = Share.of(node, READINGS);
      Path file = folder.resolve(node.name());
      share.write(file);
      List<String> lines = Files.readAllLines(file);
      assertThat(lines).hasSize(share.size() + 1).first().isEqualTo("mote_id,humidity,temperature");
      rows += share.size();
    }
    assertThat(rows).isEqualTo(READINGS.size());
    Share two = Share.of(DemoNode.KILLED, READINGS);
    assertThat(two.place(1)).isEqualTo(new Share.Place("mote-2", 0));
    assertThat(two.place(two.size()).stream()).isEqualTo("mote-3");
  }
}
