package io.ebbmesh.node.pipeline;

import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.concurrent.CompletionStage;

/** Something that may decide: the device of this node, or its neighbours. */
@FunctionalInterface
public interface Inference {

  /**
   * Asks for one decision. Does not block.
   *
   * @return completes once, never exceptionally, within the budget of the request; the pipeline
   *     keeps a deadline of its own in case it does not
   */
  CompletionStage<InferenceAnswer> infer(InferenceRequest request);
}
