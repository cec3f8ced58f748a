package io.ebbmesh.accelerator.device;

import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and outputs of a model, in the model's order.
 *
 * @param batched whether the first dimension of every tensor is a free batch dimension; if not, a
 *     batch has one item and shapes are the model's whole shapes
 */
public record ModelSignature(List<Port> inputs, List<Port> outputs, boolean batched) {

  /**
   * One named tensor.
   *
   * @param shape extents without the batch dimension; -1 where any extent of at least 1 fits
   */
  public record Port(String name, ElementType type, long[] shape) {

    boolean fits(Tensor tensor) {
      if (tensor.type() != type || tensor.shape().length != shape.length) {
        return false;
      }
      for (int i = 0; i < shape.length; i++) {
        long extent = tensor.shape()[i];
        if (extent < 1 || (shape[i] >= 0 && shape[i] != extent)) {
          return false;
        }
      }
      return true;
    }

    /** Such as {@code FLOAT32[?, 384]}, with {@code ?} where any extent fits. */
    @Override
    public String toString() {
      return type + Arrays.toString(shape).replace("-1", "?");
    }
  }

  /**
   * Compares one item with the inputs.
   *
   * @param inputs tensors by input name, without the batch dimension
   * @return what does not fit, naming input, expected and actual type and shape; null if all fits
   */
  public @Nullable String mismatch(Map<String, Tensor> inputs) {
    for (Port port : this.inputs) {
      Tensor tensor = inputs.get(port.name());
      if (tensor == null) {
        return "input '" + port.name() + "' of " + port + " is missing; got " + inputs.keySet();
      }
      if (!port.fits(tensor)) {
        return "input '"
            + port.name()
            + "' takes "
            + port
            + ", not "
            + tensor.type()
            + Arrays.toString(tensor.shape());
      }
    }
    if (inputs.size() > this.inputs.size()) {
      return "takes only the inputs "
          + this.inputs.stream().map(Port::name).toList()
          + ", not "
          + inputs.keySet();
    }
    return null;
  }
}
