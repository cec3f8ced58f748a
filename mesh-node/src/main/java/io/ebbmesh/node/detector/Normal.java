package io.ebbmesh.node.detector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.sgd.linear.LinearSGDModel;
import org.tribuo.regression.sgd.linear.LinearSGDTrainer;
import org.tribuo.regression.sgd.objectives.SquaredLoss;

/**
 * Normal behaviour as learned from runs of readings without looking at labels.
 *
 * @param parameters with a threshold of 1 for now
 * @param model predicts {@link Features#humidity()} from {@link Features#input()}
 */
record Normal(DetectorParameters parameters, LinearSGDModel model) {

  /** Part of the blocks whose drift and distance are still usual. */
  private static final double USUAL = 0.9;

  private static final String TARGET = "humidity";
  private static final String[] NAMES = {"f0", "f1", "f2"};
  private static final double LEARNING_RATE = 0.1;
  private static final int EPOCHS = 30;
  private static final long SEED = 1;
  private static final int LOG_NOTHING = -1;
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  static {
    TRIBUO.setLevel(Level.WARNING);
  }

  /** Learns from runs, each of which is a contiguous part of a stream. */
  static Normal of(List<List<LabelledReading>> runs) {
    double temperatureRate = rate(runs, LabelledReading::temperature);
    double humidityRate = rate(runs, LabelledReading::humidity);
    DetectorParameters parameters =
        new DetectorParameters(
            temperatureRate,
            scale(runs, LabelledReading::temperature, temperatureRate),
            humidityRate,
            scale(runs, LabelledReading::humidity, humidityRate),
            1);
    RegressionFactory factory = new RegressionFactory();
    MutableDataset<Regressor> dataset =
        new MutableDataset<>(
            new SimpleDataSourceProvenance("normal behaviour of sensors", factory), factory);
    for (List<LabelledReading> run : runs) {
      for (Features features : features(run, parameters)) {
        if (features.settled()) {
          dataset.add(example(features));
        }
      }
    }
    LinearSGDTrainer trainer =
        new LinearSGDTrainer(
            new SquaredLoss(), new AdaGrad(LEARNING_RATE), EPOCHS, LOG_NOTHING, SEED);
    return new Normal(parameters, (LinearSGDModel) trainer.train(dataset));
  }

  /** Features of a run, read from its beginning as a node does. */
  static List<Features> features(List<LabelledReading> run, DetectorParameters parameters) {
    FeatureWindow window = new FeatureWindow(parameters);
    List<Features> all = new ArrayList<>(run.size());
    for (LabelledReading reading : run) {
      all.add(window.next(reading.temperature(), reading.humidity()));
    }
    return all;
  }

  /** What Tribuo itself predicts. */
  double expected(Features features) {
    return predict(model, features);
  }

  /** Highest score in a part of a run; the run is read from its beginning. */
  double highestScore(List<LabelledReading> run, int from, int to) {
    double highest = 0;
    for (Features features : features(run.subList(0, to), parameters).subList(from, to)) {
      highest = Math.max(highest, features.score((float) expected(features), parameters));
    }
    return highest;
  }

  private static double predict(Model<Regressor> model, Features features) {
    return model.predict(example(features)).getOutput().getValues()[0];
  }

  private static ArrayExample<Regressor> example(Features features) {
    double[] values = new double[Features.WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = features.input()[i];
    }
    return new ArrayExample<>(new Regressor(TARGET, features.humidity()), NAMES, values);
  }

  private static double rate(
      List<List<LabelledReading>> runs, ToDoubleFunction<LabelledReading> channel) {
    List<Double> rates = new ArrayList<>();
    for (List<LabelledReading> run : runs) {
      double last = Double.NaN;
      for (int end = ChannelTrack.BLOCK; end <= run.size(); end += ChannelTrack.BLOCK) {
        double median =
            ChannelTrack.median(
                run.subList(end - ChannelTrack.BLOCK, end).stream().mapToDouble(channel).toArray());
        if (!Double.isNaN(last)) {
          rates.add(Math.abs(median - last) / ChannelTrack.BLOCK);
        }
        last = median;
      }
    }
    return quantile(rates);
  }

  private static double scale(
      List<List<LabelledReading>> runs, ToDoubleFunction<LabelledReading> channel, double rate) {
    List<Double> peaks = new ArrayList<>();
    for (List<LabelledReading> run : runs) {
      ChannelTrack track = new ChannelTrack(rate, 1, false);
      double peak = 0;
      for (int i = 0; i < run.size(); i++) {
        track.next(channel.applyAsDouble(run.get(i)));
        if (i >= ChannelTrack.BLOCK) {
          peak = Math.max(peak, Math.abs(track.deviation()));
          if (i % ChannelTrack.BLOCK == ChannelTrack.BLOCK - 1) {
            peaks.add(peak);
            peak = 0;
          }
        }
      }
    }
    return quantile(peaks);
  }

  /** The usual part's end, interpolated; a little above 0 for channels that never move. */
  private static double quantile(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    double at = USUAL * (sorted.length - 1);
    int below = (int) at;
    double above = sorted[Math.min(below + 1, sorted.length - 1)];
    return Math.max(1e-6, sorted[below] + (at - below) * (above - sorted[below]));
  }
}
