package io.ebbmesh.node.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgementTest {

  @Test
  void countsPointsEventsDelaysAndRunsOfFalseAlarms() {
    //                labels: the first two readings are the training part
    Judgement judgement = judge("..|...###....###..", "!!|.!..!!!..!..!.!");
    assertThat(judgement.readings()).isEqualTo(15);
    assertThat(judgement.truePositives()).isEqualTo(3);
    assertThat(judgement.falseNegatives()).isEqualTo(3);
    assertThat(judgement.falsePositives()).isEqualTo(4);
    assertThat(judgement.events()).isEqualTo(2);
    assertThat(judgement.eventsFound()).isEqualTo(2);
    assertThat(judgement.delaySeconds()).containsExactly(5.0, 10.0);
    assertThat(judgement.falseAlarms()).isEqualTo(2);
    assertThat(judgement.f1()).isEqualTo(6 / 13.0);
  }

  @Test
  void nothingToFindAndNothingFoundIsZeroNotUndefined() {
    Judgement judgement = judge("..|.....", "..|.....");
    assertThat(judgement.f1()).isZero();
    assertThat(judgement.falseAlarmsPerDay()).isZero();
  }

  private static Judgement judge(String labels, String alarms) {
    int from = labels.indexOf('|');
    String label = labels.replace("|", "");
    String alarm = alarms.replace("|", "");
    List<LabelledReading> stream = new ArrayList<>();
    boolean[] alarmed = new boolean[label.length()];
    for (int i = 0; i < alarmed.length; i++) {
      stream.add(new LabelledReading("s", 0, 0, label.charAt(i) == '#'));
      alarmed[i] = i < alarm.length() && alarm.charAt(i) == '!';
    }
    return Judgement.of(stream, alarmed, from, 5);
  }
}
