package io.ebbmesh.node.detector;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.Subcommand;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.ingress.csv.CsvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains and judges the project's own detector. */
@Command(
    name = "detector",
    description = "Train the sensor detector, or judge it on labelled data.",
    mixinStandardHelpOptions = true,
    subcommands = {DetectorCommand.Train.class, DetectorCommand.Evaluate.class},
    footer = {
      "",
      "Examples:",
      "  ebbmesh detector evaluate                    the shipped detector on the shipped data",
      "  ebbmesh detector evaluate --file other.csv   the shipped detector on other data",
      "  ebbmesh detector evaluate --file other.csv --train",
      "  ebbmesh detector train --out detector",
      "",
      "Files have the columns mote_id, temperature, humidity and label (1: event), one reading",
      "each 5 s, each mote in its order. The first 40 %% of each mote is never judged."
    })
public final class DetectorCommand implements Subcommand {

  /** Found by the service loader. */
  public DetectorCommand() {}

  @Override
  public Object command() {
    return this;
  }

  private static List<LabelledReading> readings(@Nullable Path file) {
    try {
      return file == null ? SensorData.shipped() : SensorData.read(file);
    } catch (CsvException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new UserErrorException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static TrainedDetector train(List<LabelledReading> readings) {
    try {
      TrainedDetector detector = Trainer.train(readings);
      System.out.printf(
          Locale.ROOT,
          "trained: ONNX Runtime and Tribuo agree on %d predictions, largest difference %.1e%n",
          detector.checkedPredictions(),
          detector.largestDifference());
      return detector;
    } catch (IllegalArgumentException | IOException e) {
      throw new UserErrorException("cannot train the detector: " + e.getMessage(), e);
    }
  }

  @Command(
      name = "train",
      description =
          "Learn normal behaviour from the first 40 %% of each mote; labels are not used.",
      mixinStandardHelpOptions = true)
  static final class Train implements Runnable {

    @Option(names = "--file", description = "CSV file (default: the shipped sensor data).")
    private @Nullable Path file;

    @Option(names = "--out", required = true, description = "Folder for the ONNX file and more.")
    private Path out = Path.of("detector");

    @Override
    public void run() {
      TrainedDetector detector = train(readings(file));
      try {
        DetectorFiles.write(out, detector);
      } catch (IOException e) {
        throw new UserErrorException("cannot write to " + out + ": " + e.getMessage(), e);
      }
      System.out.println(
          "wrote " + out.resolve(DetectorFiles.ONNX) + " and " + out.resolve(DetectorFiles.JSON));
    }
  }

  @Command(
      name = "evaluate",
      description = "Judge the detector and two simple rules on the other 60 %% of each mote.",
      mixinStandardHelpOptions = true)
  static final class Evaluate implements Runnable {

    @Option(names = "--file", description = "CSV file (default: the shipped sensor data).")
    private @Nullable Path file;

    @Option(
        names = "--train",
        description =
            "Train on the first 40 %% of this file instead of using the shipped detector.")
    private boolean train;

    @Option(names = "--model", description = "Folder that 'detector train' wrote.")
    private @Nullable Path model;

    @Option(names = "--json", description = "Also write the figures as JSON.")
    private @Nullable Path json;

    @Override
    public void run() {
      if (train && model != null) {
        throw new UserErrorException("--train and --model exclude each other; leave one out");
      }
      List<LabelledReading> readings = readings(file);
      try {
        Evaluation evaluation = Evaluation.of(detector(readings), readings);
        System.out.print(EvaluationTable.of(evaluation));
        if (json != null) {
          Files.writeString(
              json,
              new ObjectMapper()
                      .writerWithDefaultPrettyPrinter()
                      .writeValueAsString(evaluation.toMap())
                  + "\n");
        }
      } catch (IllegalArgumentException | IOException e) {
        throw new UserErrorException("cannot judge the detector: " + e.getMessage(), e);
      }
    }

    private TrainedDetector detector(List<LabelledReading> readings) throws IOException {
      if (model != null) {
        return DetectorFiles.read(model);
      }
      return train(train ? readings : SensorData.shipped());
    }
  }
}
