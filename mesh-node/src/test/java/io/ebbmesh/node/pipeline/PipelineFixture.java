package io.ebbmesh.node.pipeline;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.detector.DetectorParameters;
import io.ebbmesh.node.detector.Features;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What pipeline tests share: settings, a release, and devices that answer as scripted. */
public final class PipelineFixture {

  public static final DetectorParameters PARAMETERS =
      new DetectorParameters(0.008, 0.3, 0.014, 0.9, 3);

  private PipelineFixture() {}

  /** The defaults with other limits where a test needs them. */
  public static PipelineSettings settings(String overrides) {
    return PipelineSettings.of(
        ConfigFactory.parseString(overrides)
            .withFallback(
                ConfigFactory.parseResources("reference.conf").getConfig("ebbmesh.node.pipeline")));
  }

  public static ModelManifest release(long number) {
    return new ModelManifest(
        new ModelRelease("detector", number), List.of(), PARAMETERS.toMap(), List.of());
  }

  /** Decides at once that the humidity is what a linear rule expects. */
  public static Inference decides() {
    return request -> CompletableFuture.completedFuture(decided(expected(request), "here"));
  }

  /** Never decides. */
  static Inference hasNoDevice() {
    return request ->
        CompletableFuture.completedFuture(
            new InferenceAnswer.Failed(InferenceAnswer.Reason.NO_DEVICE, "no device", true));
  }

  static InferenceAnswer decided(float expected, String by) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put(Features.OUTPUT, Tensor.ofFloats(new long[] {1}, expected));
    return new InferenceAnswer.Decided(1, by, outputs);
  }

  private static float expected(InferenceRequest request) {
    Tensor input = request.inputs().get(Features.INPUT);
    return input == null ? 0 : -0.24f * input.floats()[0];
  }

  /** Keeps requests until the test answers them, in any order. */
  static final class Scripted implements Inference {

    private final BlockingQueue<CompletableFuture<InferenceAnswer>> asked =
        new LinkedBlockingQueue<>();

    @Override
    public CompletionStage<InferenceAnswer> infer(InferenceRequest request) {
      CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();
      asked.add(answer);
      return answer;
    }

    /** The next request, in the order asked. */
    CompletableFuture<InferenceAnswer> next() throws InterruptedException {
      CompletableFuture<InferenceAnswer> answer = asked.poll(3, TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("nothing was asked");
      }
      return answer;
    }
  }
}
