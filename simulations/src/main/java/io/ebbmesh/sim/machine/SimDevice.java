package io.ebbmesh.sim.machine;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.node.detector.Features;
import io.ebbmesh.protocol.reading.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An accelerator whose time and health the world decides. */
final class SimDevice implements Device {

  /** Kind as manifests name it. */
  static final String KIND = "cpu";

  private final DeviceHealth health;

  SimDevice(DeviceHealth health) {
    this.health = health;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public DeviceSession open(Path file) throws DeviceException {
    health.open();
    return new Session();
  }

  @Override
  public void close() {}

  private final class Session implements DeviceSession {

    @Override
    public ModelSignature signature() {
      return SimModel.SIGNATURE;
    }

    @Override
    public List<Map<String, Tensor>> run(List<Map<String, Tensor>> items) throws DeviceException {
      health.run(items.size());
      List<Map<String, Tensor>> answers = new ArrayList<>(items.size());
      for (Map<String, Tensor> item : items) {
        Tensor input = item.get(Features.INPUT);
        if (input == null) {
          throw new DeviceException(DeviceException.Reason.BAD_INPUT, "there is no input");
        }
        answers.add(
            Map.of(
                Features.OUTPUT, Tensor.ofFloats(new long[] {1}, SimModel.answer(input.floats()))));
      }
      return answers;
    }

    @Override
    public void close() {}
  }
}
