package io.ebbmesh.node.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectorTest {

  private static List<LabelledReading> readings = List.of();
  private static TrainedDetector detector =
      new TrainedDetector(new byte[0], usual(), List.of(), 0, 0);

  private static DetectorParameters usual() {
    return new DetectorParameters(1, 1, 1, 1, 1);
  }

  @BeforeAll
  static void train() throws Exception {
    readings = SensorData.shipped();
    detector = Trainer.train(readings);
  }

  @Test
  void theShippedDataHaveTwoEventsBehindTheTrainingPart() {
    assertThat(readings).hasSize(18_760);
    assertThat(readings).filteredOn(LabelledReading::event).hasSize(158);
    SensorData.byStream(readings)
        .values()
        .forEach(
            run ->
                assertThat(run.subList(0, SensorData.trainingReadings(run)))
                    .noneMatch(LabelledReading::event));
  }

  @Test
  void trainingTwiceGivesTheSameBytes() throws Exception {
    TrainedDetector again = Trainer.train(readings);
    assertThat(Arrays.equals(again.onnx(), detector.onnx())).isTrue();
    assertThat(again.parameters()).isEqualTo(detector.parameters());
  }

  @Test
  void labelsAndWhatLiesBehindTheTrainingPartChangeNothing() throws Exception {
    List<LabelledReading> other = new ArrayList<>();
    SensorData.byStream(readings)
        .values()
        .forEach(
            run -> {
              int training = SensorData.trainingReadings(run);
              for (int i = 0; i < run.size(); i++) {
                LabelledReading reading = run.get(i);
                other.add(
                    i < training
                        ? new LabelledReading(
                            reading.stream(), reading.temperature(), reading.humidity(), true)
                        : new LabelledReading(reading.stream(), 0, 0, false));
              }
            });
    TrainedDetector again = Trainer.train(other);
    assertThat(Arrays.equals(again.onnx(), detector.onnx())).isTrue();
    assertThat(again.parameters()).isEqualTo(detector.parameters());
  }

  @Test
  void onnxRuntimeAgreesWithTribuo() {
    assertThat(detector.checkedPredictions()).isEqualTo(4 * 1876);
    assertThat(detector.largestDifference()).isLessThan(1e-5);
    assertThat(detector.golden()).hasSize(16);
  }

  @Test
  void bothEventsAreFoundAtOnceAndAlmostNothingElse() throws Exception {
    Evaluation evaluation = Evaluation.of(detector, readings);
    Judgement all = evaluation.detector().all();
    assertThat(all.f1()).isGreaterThan(0.93);
    assertThat(all.eventsFound()).isEqualTo(2);
    assertThat(all.delaySeconds()).allMatch(delay -> delay <= 10);
    assertThat(all.falseAlarms()).isLessThanOrEqualTo(1);
    assertThat(evaluation.baselines())
        .allSatisfy(rule -> assertThat(rule.all().f1()).isLessThan(0.5));
  }

  @Test
  void itHoldsOnMotesThatItWasNotTrainedOn() throws Exception {
    for (List<String> trained : List.of(List.of("mote-1", "mote-2"), List.of("mote-3", "mote-4"))) {
      TrainedDetector half =
          Trainer.train(
              readings.stream().filter(reading -> trained.contains(reading.stream())).toList());
      List<LabelledReading> others =
          readings.stream().filter(reading -> !trained.contains(reading.stream())).toList();
      Judgement judgement = Evaluation.of(half, others).detector().all();
      assertThat(judgement.eventsFound()).isEqualTo(1);
      assertThat(judgement.f1()).isGreaterThan(0.9);
    }
  }

  @Test
  void aDetectorComesBackFromItsFolder(@TempDir Path folder) throws Exception {
    DetectorFiles.write(folder, detector);
    TrainedDetector read = DetectorFiles.read(folder);
    assertThat(read.onnx()).isEqualTo(detector.onnx());
    assertThat(read.parameters()).isEqualTo(detector.parameters());
    assertThat(read.golden()).usingRecursiveComparison().isEqualTo(detector.golden());
    Files.writeString(folder.resolve(DetectorFiles.JSON), "{\"format\":2}");
    assertThatThrownBy(() -> DetectorFiles.read(folder)).hasMessageContaining("has format 2");
  }

  @Test
  void aStreamThatIsTooShortIsNamed() {
    assertThatThrownBy(() -> Trainer.train(readings.subList(0, 500)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stream 'mote-1' has 200 readings to train on");
  }

  @Test
  void aManifestWithoutAThresholdIsNoDetector() {
    assertThatThrownBy(() -> DetectorParameters.ofMap(Map.of()))
        .hasMessageContaining("no parameter 'temperature.rate'");
    assertThat(DetectorParameters.ofMap(detector.parameters().toMap()))
        .isEqualTo(detector.parameters());
  }
}
