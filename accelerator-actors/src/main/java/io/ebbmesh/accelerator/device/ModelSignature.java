package io.ebbmesh.accelerator.device;

import io.ebbmesh.protocol.reading.ElementType;
import java.util.List;

/**
 * Inputs and outputs of a model, in the model's order.
 *
 * @param batched whether the first dimension of every tensor is a free batch dimension; if not, a
 *     batch has one item
 */
public record ModelSignature(List<Port> inputs, List<Port> outputs, boolean batched) {

  /**
   * One named tensor.
   *
   * @param shape extents without the batch dimension; -1 where any extent fits
   */
  public record Port(String name, ElementType type, long[] shape) {}
}
