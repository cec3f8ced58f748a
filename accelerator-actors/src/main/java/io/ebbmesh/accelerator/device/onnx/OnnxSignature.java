package io.ebbmesh.accelerator.device.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceException.Reason;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.device.ModelSignature.Port;
import io.ebbmesh.protocol.reading.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a loaded ONNX model takes and gives. */
final class OnnxSignature {

  private OnnxSignature() {}

  static ModelSignature read(Path file, OrtSession session) throws OrtException, DeviceException {
    Collection<NodeInfo> inputs = session.getInputInfo().values();
    Collection<NodeInfo> outputs = session.getOutputInfo().values();
    boolean batched =
        firstIsFree(file, inputs) && firstIsFree(file, outputs) && firstIsOneName(file, inputs);
    return new ModelSignature(ports(file, inputs, batched), ports(file, outputs, batched), batched);
  }

  /** The element type of ours, or null if tensors here cannot carry it. */
  static @Nullable ElementType elementType(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> ElementType.FLOAT32;
      case DOUBLE -> ElementType.FLOAT64;
      case INT8 -> ElementType.INT8;
      case UINT8 -> ElementType.UINT8;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      default -> null;
    };
  }

  static OnnxJavaType runtimeType(ElementType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
    };
  }

  private static List<Port> ports(Path file, Collection<NodeInfo> nodes, boolean batched)
      throws DeviceException {
    List<Port> ports = new ArrayList<>(nodes.size());
    for (NodeInfo node : nodes) {
      TensorInfo info = tensor(file, node);
      ElementType type = elementType(info.type);
      if (type == null) {
        throw unsupported(file, node, "elements of " + info.onnxType);
      }
      long[] shape = info.getShape();
      ports.add(
          new Port(
              node.getName(), type, batched ? Arrays.copyOfRange(shape, 1, shape.length) : shape));
    }
    return List.copyOf(ports);
  }

  private static boolean firstIsFree(Path file, Collection<NodeInfo> nodes) throws DeviceException {
    for (NodeInfo node : nodes) {
      long[] shape = tensor(file, node).getShape();
      if (shape.length == 0 || shape[0] >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Inputs whose first dimensions have different names, such as time and channel, are no batch. */
  private static boolean firstIsOneName(Path file, Collection<NodeInfo> inputs)
      throws DeviceException {
    String name = null;
    for (NodeInfo node : inputs) {
      String first = tensor(file, node).getDimensionNames()[0];
      if (name != null && !name.equals(first)) {
        return false;
      }
      name = first;
    }
    return name != null;
  }

  private static TensorInfo tensor(Path file, NodeInfo node) throws DeviceException {
    if (node.getInfo() instanceof TensorInfo info) {
      return info;
    }
    throw unsupported(file, node, node.getInfo().getClass().getSimpleName());
  }

  private static DeviceException unsupported(Path file, NodeInfo node, String what) {
    return new DeviceException(
        Reason.BAD_MODEL,
        "'"
            + node.getName()
            + "' of model file "
            + file
            + " has "
            + what
            + "; export the model with plain tensors of "
            + Arrays.toString(ElementType.values()));
  }
}
