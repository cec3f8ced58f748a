package io.ebbmesh.protocol.site;

import io.ebbmesh.protocol.reading.Tensor;
import java.util.Map;

/**
 * Asks for one inference.
 *
 * @param model name of the model; any release that serves will do
 * @param inputs tensors by input name, without the batch dimension
 * @param budgetNanos time left until the answer is of no use, from when the request is sent
 */
public record InferenceRequest(String model, Map<String, Tensor> inputs, long budgetNanos) {}
