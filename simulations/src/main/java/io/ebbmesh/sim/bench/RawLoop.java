package io.ebbmesh.sim.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.ebbmesh.accelerator.device.onnx.OnnxSession;
import io.ebbmesh.protocol.reading.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The ceiling: a thread per session that runs it in a loop, with input tensors made beforehand; the
 * outputs are read, as an inference that nobody reads is none.
 */
final class RawLoop implements AutoCloseable {

  private final List<OnnxSession> sessions;
  private final List<Map<String, OnnxTensor>> feeds = new ArrayList<>();
  private final ExecutorService threads;

  /** Written so that reading cannot be optimised away. */
  private volatile @Nullable ByteBuffer read;

  RawLoop(List<OnnxSession> sessions, List<Map<String, Tensor>> items) throws OrtException {
    this.sessions = sessions;
    boolean batched = sessions.get(0).signature().batched();
    for (Map<String, Tensor> item : items) {
      Map<String, OnnxTensor> feed = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> input : item.entrySet()) {
        feed.put(input.getKey(), tensor(input.getValue(), batched));
      }
      feeds.add(feed);
    }
    this.threads = Executors.newFixedThreadPool(sessions.size());
  }

  private static OnnxTensor tensor(Tensor tensor, boolean batched) throws OrtException {
    long[] shape = tensor.shape();
    if (batched) {
      long[] one = new long[shape.length + 1];
      one[0] = 1;
      System.arraycopy(shape, 0, one, 1, shape.length);
      shape = one;
    }
    OnnxJavaType type =
        switch (tensor.type()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case FLOAT64 -> OnnxJavaType.DOUBLE;
          case INT8 -> OnnxJavaType.INT8;
          case UINT8 -> OnnxJavaType.UINT8;
          case INT32 -> OnnxJavaType.INT32;
          case INT64 -> OnnxJavaType.INT64;
        };
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), tensor.data().duplicate(), shape, type);
  }

  /**
   * Runs the first {@code count} sessions at once.
   *
   * @param nanos for how long; each thread finishes what it runs then
   */
  Measured run(int count, long nanos) throws InterruptedException {
    List<Callable<Histogram>> loops = new ArrayList<>();
    long cpu = Measured.processCpuNanos();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      OrtSession session = sessions.get(i).runtimeSession();
      int offset = i;
      loops.add(() -> loop(session, offset, start, nanos));
    }
    Histogram all = Measured.histogram();
    try {
      for (Future<Histogram> loop : threads.invokeAll(loops)) {
        all.add(loop.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the raw loop failed: " + e.getCause(), e);
    }
    return new Measured(all, System.nanoTime() - start, Measured.processCpuNanos() - cpu);
  }

  private Histogram loop(OrtSession session, int offset, long start, long nanos)
      throws OrtException {
    Histogram latencies = Measured.histogram();
    int next = offset;
    long before = System.nanoTime();
    while (before - start < nanos) {
      try (OrtSession.Result result = session.run(feeds.get(next))) {
        for (Map.Entry<String, OnnxValue> output : result) {
          if (output.getValue() instanceof OnnxTensor tensor) {
            read = tensor.getByteBuffer();
          }
        }
      }
      next = (next + 1) % feeds.size();
      long after = System.nanoTime();
      latencies.recordValue(after - before);
      before = after;
    }
    return latencies;
  }

  @Override
  public void close() {
    threads.shutdown();
    feeds.forEach(feed -> feed.values().forEach(OnnxTensor::close));
  }
}
