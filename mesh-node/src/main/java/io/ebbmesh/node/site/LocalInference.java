package io.ebbmesh.node.site;

import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs a neighbour's request on this node's devices. */
@FunctionalInterface
public interface LocalInference {

  /**
   * Must not block. What does not complete within the budget is answered for with {@code DEADLINE};
   * an exception counts as {@code DEVICE_FAILED}.
   */
  CompletionStage<InferenceAnswer> infer(InferenceRequest request);

  /** For a node without a device. */
  static LocalInference none() {
    return request ->
        CompletableFuture.completedFuture(
            new InferenceAnswer.Failed(
                InferenceAnswer.Reason.NO_DEVICE, "this node has no device", true));
  }
}
