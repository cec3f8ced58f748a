package io.ebbmesh.accelerator.device;

import io.ebbmesh.protocol.reading.Tensor;
import java.util.List;
import java.util.Map;

/** A loaded model that runs one batch at a time; used by one thread at a time. */
public interface DeviceSession extends AutoCloseable {

  /** What the model takes and gives. */
  ModelSignature signature();

  /**
   * Runs the items as one batch and blocks until done.
   *
   * @param items one or more; each has a tensor per input of {@link #signature()}, without the
   *     batch dimension; all items have equal shapes
   * @return one map of outputs per item, without the batch dimension, in the same order
   * @throws DeviceException if it cannot; the reason says whether the session is still good
   */
  List<Map<String, Tensor>> run(List<Map<String, Tensor>> items) throws DeviceException;

  @Override
  void close();
}
