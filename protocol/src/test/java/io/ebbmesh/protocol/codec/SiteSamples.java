package io.ebbmesh.protocol.codec;

import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A request, and an answer of each kind, with every field set. */
public final class SiteSamples {

  private SiteSamples() {}

  public static InferenceRequest request() {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("window", Tensor.ofFloats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6.5f));
    inputs.put(
        "mask",
        new Tensor(ElementType.UINT8, new long[] {3}, ByteBuffer.wrap(new byte[] {1, 0, 1})));
    inputs.put("nothing", Tensor.ofFloats(new long[] {0}));
    return new InferenceRequest("vibration", inputs, 40_000_000);
  }

  /** By the name of its golden file. */
  public static Map<String, InferenceAnswer> answers() {
    Map<String, InferenceAnswer> answers = new LinkedHashMap<>();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("score", Tensor.ofFloats(new long[] {1}, 0.25f));
    answers.put("decided", new InferenceAnswer.Decided(41, "gateway-02", outputs));
    answers.put(
        "failed",
        new InferenceAnswer.Failed(InferenceAnswer.Reason.BUSY, "8 of 8 requests in flight", true));
    return answers;
  }

  public static InferenceAnswer answer(String name) {
    return Objects.requireNonNull(answers().get(name));
  }

  /** Without buffers, whose equality depends on where they stand. */
  public static List<Object> plain(InferenceRequest request) {
    return List.of(request.model(), request.budgetNanos(), plain(request.inputs()));
  }

  public static List<Object> plain(InferenceAnswer answer) {
    if (answer instanceof InferenceAnswer.Decided decided) {
      return List.of(decided.release(), decided.decidedBy(), plain(decided.outputs()));
    }
    return List.of(answer);
  }

  private static List<Object> plain(Map<String, Tensor> tensors) {
    List<Object> result = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          byte[] data = new byte[tensor.data().remaining()];
          tensor.data().duplicate().get(data);
          String shape = Arrays.toString(tensor.shape());
          result.add(List.of(name, tensor.type(), shape, Arrays.toString(data)));
        });
    return result;
  }
}
