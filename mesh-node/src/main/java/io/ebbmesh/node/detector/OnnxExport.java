package io.ebbmesh.node.detector;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OrtException;
import io.ebbmesh.protocol.model.ModelManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.ONNXExportable;

/** Turns what Tribuo learned into an ONNX file and makes sure that it says the same. */
final class OnnxExport {

  /** Largest difference to Tribuo, which computes in double precision, relative to the output. */
  static final double TOLERANCE = 1e-5;

  private static final String DOMAIN = "io.ebbmesh.detector";
  private static final long VERSION = 1;
  private static final int GOLDEN = 16;
  private static final float GOLDEN_TOLERANCE = 1e-4f;

  private OnnxExport() {}

  static TrainedDetector export(Normal normal, List<List<LabelledReading>> runs)
      throws IOException {
    byte[] onnx = bytes(normal.model());
    List<Features> asked = new ArrayList<>();
    for (List<LabelledReading> run : runs) {
      asked.addAll(Normal.features(run, normal.parameters()));
    }
    float[] answers;
    try (OnnxModel model = OnnxModel.load(onnx)) {
      answers = model.predict(asked);
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime cannot run the exported detector: " + e.getMessage(), e);
    }
    double largest = 0;
    for (int i = 0; i < answers.length; i++) {
      double tribuo = normal.expected(asked.get(i));
      double difference = Math.abs(answers[i] - tribuo);
      if (!(difference <= TOLERANCE * Math.max(1, Math.abs(tribuo)))) {
        throw new IOException(
            "ONNX Runtime says " + answers[i] + " where Tribuo says " + tribuo + ": not exported");
      }
      largest = Math.max(largest, difference);
    }
    return new TrainedDetector(
        onnx, normal.parameters(), golden(asked, answers), answers.length, largest);
  }

  /** Without the provenance, which holds the time and the machine of the training. */
  private static byte[] bytes(ONNXExportable model) {
    OnnxMl.ModelProto exported = model.exportONNXModel(DOMAIN, VERSION);
    return exported.toBuilder().clearMetadataProps().clearDocString().build().toByteArray();
  }

  private static List<ModelManifest.Golden> golden(List<Features> asked, float[] answers) {
    List<ModelManifest.Golden> golden = new ArrayList<>();
    for (int i = 0; i < GOLDEN; i++) {
      int at = (int) ((long) i * (answers.length - 1) / (GOLDEN - 1));
      golden.add(
          new ModelManifest.Golden(
              asked.get(at).input(), new float[] {answers[at]}, GOLDEN_TOLERANCE));
    }
    return golden;
  }
}
