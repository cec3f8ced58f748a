package io.ebbmesh.node.detector;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** The exported detector in ONNX Runtime, for training and evaluation. */
final class OnnxModel implements AutoCloseable {

  private final OrtSession session;

  private OnnxModel(OrtSession session) {
    this.session = session;
  }

  static OnnxModel load(byte[] onnx) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      return new OnnxModel(OrtEnvironment.getEnvironment().createSession(onnx, options));
    }
  }

  /** The expected humidity for each, in one batch. */
  float[] predict(List<Features> batch) throws OrtException {
    FloatBuffer input = FloatBuffer.allocate(batch.size() * Features.WIDTH);
    batch.forEach(features -> input.put(features.input()));
    input.flip();
    long[] shape = {batch.size(), Features.WIDTH};
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), input, shape);
        OrtSession.Result result = session.run(Map.of(Features.INPUT, tensor))) {
      OnnxTensor output =
          (OnnxTensor)
              result
                  .get(Features.OUTPUT)
                  .orElseThrow(
                      () -> new OrtException("the model has no output " + Features.OUTPUT));
      float[] answers = new float[batch.size()];
      output.getFloatBuffer().get(answers);
      return answers;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
