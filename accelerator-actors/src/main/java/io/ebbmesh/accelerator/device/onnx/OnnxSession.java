package io.ebbmesh.accelerator.device.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceException.Reason;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.device.ModelSignature.Port;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One ONNX Runtime session; a batch becomes one tensor per input. */
public final class OnnxSession implements DeviceSession {

  private static final String OPERATOR_REFUSED = "Non-zero status code returned while running";

  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ModelSignature signature;
  private final ByteBuffer[] packed;
  private boolean closed;

  OnnxSession(Path file, OrtEnvironment environment, OrtSession session)
      throws OrtException, DeviceException {
    this.file = file;
    this.environment = environment;
    this.session = session;
    this.signature = OnnxSignature.read(file, session);
    this.packed = new ByteBuffer[signature.inputs().size()];
    Arrays.fill(packed, ByteBuffer.allocateDirect(0));
  }

  @Override
  public ModelSignature signature() {
    return signature;
  }

  /** The runtime's own session, for benchmarks that compare with it; closed with this one. */
  public OrtSession runtimeSession() {
    return session;
  }

  @Override
  public List<Map<String, Tensor>> run(List<Map<String, Tensor>> items) throws DeviceException {
    check(items);
    Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
    try {
      for (int i = 0; i < packed.length; i++) {
        feeds.put(signature.inputs().get(i).name(), feed(i, items));
      }
      try (OrtSession.Result result = session.run(feeds)) {
        return split(result, items.size());
      }
    } catch (OrtException e) {
      throw translate(e, items);
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  private void check(List<Map<String, Tensor>> items) throws DeviceException {
    if (closed) {
      throw new DeviceException(Reason.FAILED, "session of model file " + file + " is closed");
    }
    if (items.isEmpty() || (items.size() > 1 && !signature.batched())) {
      throw new DeviceException(
          Reason.BAD_INPUT,
          "model file "
              + file
              + " takes "
              + (signature.batched() ? "at least one item" : "one item at a time")
              + ", not "
              + items.size());
    }
    for (Map<String, Tensor> item : items) {
      String mismatch = signature.mismatch(item);
      if (mismatch != null) {
        throw new DeviceException(Reason.BAD_INPUT, "model file " + file + ": " + mismatch);
      }
    }
  }

  private OnnxTensor feed(int index, List<Map<String, Tensor>> items)
      throws OrtException, DeviceException {
    Port port = signature.inputs().get(index);
    Tensor first = tensor(items.get(0), port);
    ByteBuffer data =
        items.size() == 1 && first.data().isDirect()
            ? first.data().duplicate().order(ByteOrder.nativeOrder())
            : pack(index, port, first, items);
    long[] shape = first.shape();
    if (signature.batched()) {
      shape = new long[first.shape().length + 1];
      shape[0] = items.size();
      System.arraycopy(first.shape(), 0, shape, 1, first.shape().length);
    }
    return OnnxTensor.createTensor(
        environment, data, shape, OnnxSignature.runtimeType(port.type()));
  }

  private ByteBuffer pack(int index, Port port, Tensor first, List<Map<String, Tensor>> items)
      throws DeviceException {
    long bytes = (long) first.data().remaining() * items.size();
    if (bytes > Integer.MAX_VALUE) {
      throw new DeviceException(
          Reason.BAD_INPUT,
          "input '"
              + port.name()
              + "' of "
              + items.size()
              + " items is over 2 GiB; lower max-batch");
    }
    ByteBuffer buffer = packed[index];
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect((int) bytes);
      packed[index] = buffer;
    }
    buffer.clear();
    for (Map<String, Tensor> item : items) {
      Tensor tensor = tensor(item, port);
      if (!Arrays.equals(tensor.shape(), first.shape())) {
        throw new DeviceException(
            Reason.BAD_INPUT,
            "input '"
                + port.name()
                + "' of one batch has shapes "
                + Arrays.toString(first.shape())
                + " and "
                + Arrays.toString(tensor.shape()));
      }
      buffer.put(tensor.data().duplicate());
    }
    return buffer.flip().duplicate().order(ByteOrder.nativeOrder());
  }

  private static Tensor tensor(Map<String, Tensor> item, Port port) throws DeviceException {
    Tensor tensor = item.get(port.name());
    if (tensor == null) {
      throw new DeviceException(Reason.BAD_INPUT, "input '" + port.name() + "' is missing");
    }
    return tensor;
  }

  private List<Map<String, Tensor>> split(OrtSession.Result result, int count)
      throws DeviceException {
    List<Map<String, Tensor>> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(new LinkedHashMap<>());
    }
    int index = 0;
    for (Map.Entry<String, OnnxValue> entry : result) {
      Port port = signature.outputs().get(index++);
      if (!(entry.getValue() instanceof OnnxTensor output)) {
        throw new DeviceException(
            Reason.BAD_MODEL, "output '" + port.name() + "' of " + file + " is not a tensor");
      }
      split(port, output, items);
    }
    return items;
  }

  private void split(Port port, OnnxTensor output, List<Map<String, Tensor>> items)
      throws DeviceException {
    long[] shape = output.getInfo().getShape();
    ElementType type = port.type();
    ByteBuffer all = Tensor.elements(shape) == 0 ? ByteBuffer.allocate(0) : output.getByteBuffer();
    if (!signature.batched()) {
      items.get(0).put(port.name(), new Tensor(type, shape, all));
      return;
    }
    if (shape.length == 0 || shape[0] != items.size()) {
      throw new DeviceException(
          Reason.BAD_MODEL,
          "output '"
              + port.name()
              + "' of model file "
              + file
              + " has shape "
              + Arrays.toString(shape)
              + " for a batch of "
              + items.size()
              + "; export the model with the batch as first dimension of each output, or with"
              + " fixed dimensions");
    }
    long[] itemShape = Arrays.copyOfRange(shape, 1, shape.length);
    int bytes = all.remaining() / items.size();
    for (int i = 0; i < items.size(); i++) {
      items.get(i).put(port.name(), new Tensor(type, itemShape, all.slice(i * bytes, bytes)));
    }
  }

  /**
   * An operator that refuses its input leaves the session good: on a processor a run keeps no state
   * behind. Everything else is taken for a broken session.
   */
  private DeviceException translate(OrtException e, List<Map<String, Tensor>> items) {
    String message = String.valueOf(e.getMessage());
    boolean refused =
        e.getCode() == OrtException.OrtErrorCode.ORT_INVALID_ARGUMENT
            || (message.contains(OPERATOR_REFUSED) && !message.contains("alloc"));
    return new DeviceException(
        refused ? Reason.BAD_INPUT : Reason.FAILED,
        "model file " + file + " failed on a batch of " + items.size() + ": " + message,
        e);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("session of model file " + file + " does not close", e);
    }
  }
}
