package io.ebbmesh.node.detector;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains the detector at the hub: normal behaviour from the first {@value SensorData#TRAINING_PART}
 * of each stream, and a threshold from the same part. Labels are not looked at, nothing is drawn at
 * random that is not seeded, and the same readings give the same bytes.
 */
public final class Trainer {

  /** Parts into which each stream's training part is cut; each is held out once. */
  static final int FOLDS = 4;

  /**
   * How far the threshold lies above the highest score of a held-out part: a day has more weather
   * than its first hours.
   */
  static final double MARGIN = 1.5;

  /** Readings that a stream's training part must have. */
  public static final int MIN_TRAINING_READINGS = FOLDS * 3 * ChannelTrack.BLOCK;

  private Trainer() {}

  /**
   * Trains, exports and checks the export in ONNX Runtime.
   *
   * @param readings whole streams, each in order; what lies behind the training part is not used
   * @throws IllegalArgumentException if there is no stream, or one is too short
   * @throws IOException if ONNX Runtime cannot load the export or disagrees with Tribuo
   */
  public static TrainedDetector train(List<LabelledReading> readings) throws IOException {
    List<List<LabelledReading>> runs = trainingRuns(readings);
    Normal normal = Normal.of(runs);
    DetectorParameters learned = normal.parameters();
    DetectorParameters parameters =
        new DetectorParameters(
            learned.temperatureRate(),
            learned.temperatureScale(),
            learned.humidityRate(),
            learned.humidityScale(),
            MARGIN * highestHeldOut(runs));
    return OnnxExport.export(new Normal(parameters, normal.model()), runs);
  }

  private static List<List<LabelledReading>> trainingRuns(List<LabelledReading> readings) {
    List<List<LabelledReading>> runs = new ArrayList<>();
    SensorData.byStream(readings)
        .forEach(
            (stream, all) -> {
              int size = SensorData.trainingReadings(all);
              if (size < MIN_TRAINING_READINGS) {
                throw new IllegalArgumentException(
                    "stream '"
                        + stream
                        + "' has "
                        + size
                        + " readings to train on, the first "
                        + SensorData.TRAINING_PART
                        + " of it; training needs at least "
                        + MIN_TRAINING_READINGS
                        + ": record longer, or use the shipped detector");
              }
              runs.add(all.subList(0, size));
            });
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("there are no readings to train on");
    }
    return runs;
  }

  /**
   * Learns without a part of every stream and scores that part, for each part in turn. The windows
   * know what came before the part, as they do on a node.
   */
  private static double highestHeldOut(List<List<LabelledReading>> runs) {
    double highest = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      List<List<LabelledReading>> rest = new ArrayList<>();
      for (List<LabelledReading> run : runs) {
        rest.add(run.subList(0, start(run, fold)));
        rest.add(run.subList(start(run, fold + 1), run.size()));
      }
      rest.removeIf(List::isEmpty);
      Normal without = Normal.of(rest);
      for (List<LabelledReading> run : runs) {
        highest =
            Math.max(highest, without.highestScore(run, start(run, fold), start(run, fold + 1)));
      }
    }
    return highest;
  }

  private static int start(List<LabelledReading> run, int fold) {
    return run.size() * fold / FOLDS;
  }
}
