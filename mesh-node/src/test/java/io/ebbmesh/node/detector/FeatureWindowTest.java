package io.ebbmesh.node.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureWindowTest {

  private static final DetectorParameters USUAL = new DetectorParameters(0.008, 0.3, 0.014, 0.9, 3);

  @Test
  void readingByReadingGivesTheSameAsTheDefinitionOverTheWholeRun() {
    List<LabelledReading> run =
        SensorData.byStream(SensorData.shipped()).getOrDefault("mote-3", List.of());
    double[] humidity = run.stream().mapToDouble(LabelledReading::humidity).toArray();
    double[] temperature = run.stream().mapToDouble(LabelledReading::temperature).toArray();
    BatchTrack.Result expectedHumidity =
        BatchTrack.of(humidity, USUAL.humidityRate(), USUAL.humidityScale());
    BatchTrack.Result expectedTemperature =
        BatchTrack.of(temperature, USUAL.temperatureRate(), USUAL.temperatureScale());

    FeatureWindow window = new FeatureWindow(USUAL);
    for (int i = 0; i < run.size(); i++) {
      Features features = window.next(temperature[i], humidity[i]);
      assertThat(features.humidity()).isEqualTo((float) expectedHumidity.deviations()[i]);
      assertThat(features.input())
          .containsExactly(
              (float) expectedTemperature.deviations()[i],
              (float) expectedHumidity.drifts()[i],
              (float) expectedTemperature.drifts()[i]);
      assertThat(features.settled()).isEqualTo(i >= ChannelTrack.BLOCK);
    }
  }

  @Test
  void theLevelStillRemembersTheTimeBeforeALongEvent() {
    FeatureWindow window = new FeatureWindow(USUAL);
    for (int i = 0; i < 600; i++) {
      window.next(21, 45 + (i % 3) * 0.05);
    }
    Features last = window.next(21, 70);
    for (int i = 1; i < 300; i++) {
      last = window.next(21, 70);
    }
    assertThat(last.score(0, USUAL)).isGreaterThan(1);
  }

  @Test
  void aFasterDriftBecomesUsualAfterSomeBlocks() {
    FeatureWindow window = new FeatureWindow(USUAL);
    List<Float> scores = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      scores.add(Math.abs(window.next(21, 20 + i * 0.018).humidity()));
    }
    assertThat(scores.subList(2000, 4000)).allMatch(score -> score < 3);
  }

  @Test
  void aStreamThatNeverMovesIsNotAnomalousAtItsFirstSmallStep() {
    FeatureWindow window = new FeatureWindow(USUAL);
    for (int i = 0; i < 5000; i++) {
      window.next(21, 45);
    }
    assertThat(window.next(21.01, 45.03).score(0, USUAL)).isLessThan(0.1f);
  }

  @Test
  void aYoungStreamIsNotJudged() {
    FeatureWindow window = new FeatureWindow(USUAL);
    window.next(21, 45);
    assertThat(window.next(80, 99).score(0, USUAL)).isZero();
  }
}
