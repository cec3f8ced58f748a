package io.ebbmesh.accelerator.slot;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceException.Reason;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.device.ModelSignature.Port;
import io.ebbmesh.accelerator.infer.SessionCheck;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Golden;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Runs a release's golden inputs and compares the outputs with what the manifest says. */
public final class GoldenCheck implements SessionCheck {

  private final ModelRelease release;
  private final List<Golden> golden;

  private GoldenCheck(ModelRelease release, List<Golden> golden) {
    this.release = release;
    this.golden = golden;
  }

  /** The check of one release; passes always if the manifest has no golden inputs. */
  public static GoldenCheck of(ModelManifest manifest) {
    return new GoldenCheck(manifest.release(), manifest.golden());
  }

  /**
   * Opens the file, checks it and closes it. Blocks for as long as the runs take.
   *
   * @throws DeviceException {@code BAD_MODEL} if the file does not load or a golden input fails;
   *     {@code FAILED} if the device failed
   */
  public static void check(Device device, Path file, ModelManifest manifest)
      throws DeviceException {
    try (DeviceSession session = device.open(file)) {
      of(manifest).check(session);
    }
  }

  @Override
  public void check(DeviceSession session) throws DeviceException {
    for (int i = 0; i < golden.size(); i++) {
      check(session, golden.get(i), "golden input " + (i + 1) + " of " + release);
    }
  }

  private static void check(DeviceSession session, Golden golden, String name)
      throws DeviceException {
    ModelSignature signature = session.signature();
    if (signature.inputs().size() != 1 || signature.inputs().get(0).type() != ElementType.FLOAT32) {
      throw bad(name + " needs a model with one FLOAT32 input, not " + signature.inputs());
    }
    Port input = signature.inputs().get(0);
    Port output = signature.outputs().get(0);
    Tensor tensor = Tensor.ofFloats(shape(input, golden.input().length, name), golden.input());
    Map<String, Tensor> outputs;
    try {
      outputs = session.run(List.of(Collections.singletonMap(input.name(), tensor))).get(0);
    } catch (DeviceException e) {
      if (e.reason() == Reason.FAILED) {
        throw e;
      }
      throw new DeviceException(Reason.BAD_MODEL, name + " does not run: " + e.getMessage(), e);
    }
    Tensor first = outputs.get(output.name());
    if (first == null || first.type() != ElementType.FLOAT32) {
      throw bad(name + ": output '" + output.name() + "' is " + output + ", not FLOAT32");
    }
    compare(first.floats(), golden, name + ": output '" + output.name() + "'");
  }

  private static void compare(float[] actual, Golden golden, String name) throws DeviceException {
    float[] expected = golden.output();
    if (actual.length != expected.length) {
      throw bad(name + " has " + actual.length + " values, not " + expected.length);
    }
    for (int i = 0; i < actual.length; i++) {
      // Written so that NaN fails.
      if (!(Math.abs(actual[i] - expected[i]) <= golden.tolerance())) {
        throw bad(
            name
                + " at "
                + i
                + " is "
                + actual[i]
                + ", not "
                + expected[i]
                + " within "
                + golden.tolerance());
      }
    }
  }

  /** The input's shape with its one free extent, if any, taken from the number of values. */
  private static long[] shape(Port input, int values, String name) throws DeviceException {
    long[] shape = input.shape().clone();
    int free = -1;
    long known = 1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] >= 0) {
        known *= shape[i];
      } else if (free < 0) {
        free = i;
      } else {
        throw bad(name + ": input '" + input.name() + "' has more than one free extent: " + input);
      }
    }
    if (free >= 0 && known > 0) {
      shape[free] = values / known;
      known *= shape[free];
    }
    if (known != values) {
      throw bad(name + " has " + values + " values for input '" + input.name() + "' of " + input);
    }
    return shape;
  }

  private static DeviceException bad(String message) {
    return new DeviceException(Reason.BAD_MODEL, message);
  }
}
