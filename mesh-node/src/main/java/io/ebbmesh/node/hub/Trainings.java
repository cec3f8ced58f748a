package io.ebbmesh.node.hub;

import io.ebbmesh.node.config.HubSettings;
import io.ebbmesh.node.detector.LabelledReading;
import io.ebbmesh.node.detector.SensorData;
import io.ebbmesh.node.detector.TrainedDetector;
import io.ebbmesh.node.detector.Trainer;
import io.ebbmesh.node.ingress.csv.CsvException;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.sync.model.registry.ModelRegistry;
import io.ebbmesh.sync.model.registry.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains at the hub what the settings ask for, and publishes it once. */
final class Trainings {

  private static final Logger LOG = LoggerFactory.getLogger(Trainings.class);

  private Trainings() {}

  /** Publishes the detector if the settings ask for it and no release of it exists. */
  static void publishDetector(HubSettings settings, ModelRegistry registry) throws IOException {
    String data = settings.trainDetector();
    if (data.isEmpty() || registry.has(SensorData.MODEL)) {
      return;
    }
    if (settings.signingKey() == null) {
      throw new IOException(
          "'ebbmesh.hub.models.train-detector' publishes a model: set"
              + " 'ebbmesh.hub.models.signing-key' to a key that 'ebbmesh pki init' made");
    }
    TrainedDetector detector = Trainer.train(readings(data));
    Path file = Files.createTempFile(settings.dataDir(), "detector", ".onnx");
    try {
      Files.write(file, detector.onnx());
      ModelRelease release =
          registry.publish(
              new Publication(
                  SensorData.MODEL,
                  List.of(new Publication.VariantFile("cpu", "onnx", file)),
                  detector.parameters().toMap(),
                  detector.golden()));
      LOG.info(
          "trained and published {}: {} predictions checked in ONNX Runtime, largest difference {}",
          release,
          detector.checkedPredictions(),
          detector.largestDifference());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static List<LabelledReading> readings(String data) throws IOException {
    if (data.equals("builtin")) {
      return SensorData.shipped();
    }
    try {
      return SensorData.read(Path.of(data));
    } catch (CsvException e) {
      throw new IOException("cannot train on " + data + ": " + e.getMessage(), e);
    }
  }
}
