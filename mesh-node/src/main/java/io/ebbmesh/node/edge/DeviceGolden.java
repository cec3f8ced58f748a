package io.ebbmesh.node.edge;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.sync.model.verify.GoldenCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Runs golden inputs of the model road on a device of its own, beside what serves. */
final class DeviceGolden implements GoldenCheck {

  private final Supplier<Device> devices;
  private final Executor blocking;

  DeviceGolden(Supplier<Device> devices, Executor blocking) {
    this.devices = devices;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<List<float[]>> run(
      ModelManifest manifest, ModelManifest.Variant variant, Path file, List<float[]> inputs) {
    CompletableFuture<List<float[]>> answers = new CompletableFuture<>();
    blocking.execute(
        () -> {
          try {
            answers.complete(runAll(file, inputs));
          } catch (DeviceException | RuntimeException e) {
            answers.completeExceptionally(e);
          }
        });
    return answers;
  }

  private List<float[]> runAll(Path file, List<float[]> inputs) throws DeviceException {
    try (Device device = devices.get();
        DeviceSession session = device.open(file)) {
      ModelSignature signature = session.signature();
      ModelSignature.Port input = signature.inputs().get(0);
      String output = signature.outputs().get(0).name();
      List<float[]> answers = new ArrayList<>();
      for (float[] values : inputs) {
        Tensor tensor = Tensor.ofFloats(shape(input, values.length), values);
        Tensor first = session.run(List.of(Map.of(input.name(), tensor))).get(0).get(output);
        if (first == null) {
          throw new DeviceException(
              DeviceException.Reason.BAD_MODEL, "the model gives no output '" + output + "'");
        }
        answers.add(first.floats());
      }
      return answers;
    }
  }

  /** The input's shape, with a single free extent taken from the number of values. */
  private static long[] shape(ModelSignature.Port input, int values) {
    long[] shape = input.shape().clone();
    long known = 1;
    for (long extent : shape) {
      known *= Math.max(extent, 1);
    }
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] < 0) {
        shape[i] = values / known;
        known *= shape[i];
      }
    }
    return shape;
  }
}
