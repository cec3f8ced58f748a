package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.detector.DetectorParameters;
import io.ebbmesh.node.detector.Features;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the releases of the pipeline's model make of a reading. */
final class Judge {

  static final String ANOMALY = "anomaly";
  static final String NORMAL = "normal";

  /** The stream is too young to judge. */
  static final String UNSETTLED = "unsettled";

  private static final int MAX_RELEASES = 4;
  private static final float ANOMALOUS = 1;

  private final String model;
  private final TreeMap<Long, DetectorParameters> releases = new TreeMap<>();
  private @Nullable DetectorParameters current;

  Judge(String model) {
    this.model = model;
  }

  /**
   * A release serves from now on.
   *
   * @return its parameters
   * @throws IllegalArgumentException if it is no detector
   */
  DetectorParameters serve(ModelManifest manifest) {
    DetectorParameters parameters = DetectorParameters.ofMap(manifest.parameters());
    releases.put(manifest.release().release(), parameters);
    current = parameters;
    if (releases.size() > MAX_RELEASES) {
      releases.pollFirstEntry();
    }
    return parameters;
  }

  /** Parameters of the release that serves; null before the first. */
  @Nullable DetectorParameters current() {
    return current;
  }

  InferenceRequest request(Features features, long budgetNanos) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put(Features.INPUT, Tensor.ofFloats(new long[] {Features.WIDTH}, features.input()));
    return new InferenceRequest(model, inputs, budgetNanos);
  }

  /**
   * The insight of a decided reading.
   *
   * @param byNeighbour whether a neighbour decided
   * @throws IllegalArgumentException if the answer is not the detector's
   * @throws UndecidableException if it is, and is no number
   */
  Insight insight(
      Reading reading, Features features, InferenceAnswer.Decided decided, boolean byNeighbour)
      throws UndecidableException {
    float expected = expected(decided);
    float score = features.score(expected, parameters(decided.release()));
    if (!Float.isFinite(expected) || !Float.isFinite(score)) {
      throw new UndecidableException(
          "release "
              + decided.release()
              + " of model '"
              + model
              + "' answers "
              + expected
              + " with score "
              + score
              + " to the values "
              + Arrays.toString(reading.values())
              + ": correct them");
    }
    boolean anomaly = score >= ANOMALOUS;
    String label = anomaly ? ANOMALY : features.settled() ? NORMAL : UNSETTLED;
    float[] values = new float[reading.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) reading.values()[i];
    }
    return new Insight(
        anomaly ? InsightKind.ANOMALY : InsightKind.CLASSIFICATION,
        reading.stream(),
        new ModelRelease(model, decided.release()).toString(),
        label,
        byNeighbour ? decided.decidedBy() : "",
        reading.observedNanos(),
        score,
        values,
        reading.source());
  }

  private float expected(InferenceAnswer.Decided decided) {
    Tensor output = decided.outputs().get(Features.OUTPUT);
    if (output == null
        || output.type() != ElementType.FLOAT32
        || Tensor.elements(output.shape()) != 1) {
      throw new IllegalArgumentException(
          "release "
              + decided.release()
              + " of model '"
              + model
              + "' has no output '"
              + Features.OUTPUT
              + "' of one float32: it is no detector; publish one");
    }
    return output.floats()[0];
  }

  /** A neighbour may serve a release whose manifest is not here yet: then the nearest that is. */
  private DetectorParameters parameters(long release) {
    DetectorParameters exact = releases.get(release);
    if (exact != null) {
      return exact;
    }
    if (current == null) {
      throw new IllegalArgumentException("no release of model '" + model + "' serves here");
    }
    return current;
  }
}
