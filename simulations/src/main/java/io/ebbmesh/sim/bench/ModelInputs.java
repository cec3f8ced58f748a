package io.ebbmesh.sim.bench;

import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.device.ModelSignature.Port;
import io.ebbmesh.protocol.reading.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Makes items that fit any model: plausible token ids for integers, [0, 1) for floats. */
final class ModelInputs {

  /** Ids that any vocabulary has; 0 is often padding. */
  private static final int MAX_ID = 1000;

  private final ModelSignature signature;
  private final int length;
  private final SplittableRandom random = new SplittableRandom(20261124);

  /**
   * @param length extent of every free dimension
   */
  ModelInputs(ModelSignature signature, int length) {
    this.signature = signature;
    this.length = length;
  }

  List<Map<String, Tensor>> items(int count) {
    List<Map<String, Tensor>> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Map<String, Tensor> item = new LinkedHashMap<>();
      for (Port port : signature.inputs()) {
        item.put(port.name(), tensor(port));
      }
      items.add(item);
    }
    return items;
  }

  private Tensor tensor(Port port) {
    long[] shape = port.shape().clone();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = shape[i] < 0 ? length : shape[i];
    }
    int elements = Math.toIntExact(Tensor.elements(shape));
    ByteBuffer data =
        ByteBuffer.allocateDirect(Math.multiplyExact(elements, port.type().bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      switch (port.type()) {
        case FLOAT32 -> data.putFloat((float) random.nextDouble());
        case FLOAT64 -> data.putDouble(random.nextDouble());
        case INT8, UINT8 -> data.put((byte) random.nextInt(Byte.MAX_VALUE));
        case INT32 -> data.putInt(id(port.name()));
        case INT64 -> data.putLong(id(port.name()));
      }
    }
    return new Tensor(port.type(), shape, data.flip());
  }

  private int id(String name) {
    if (name.contains("mask")) {
      return 1;
    }
    return name.contains("type") ? 0 : random.nextInt(1, MAX_ID);
  }
}
