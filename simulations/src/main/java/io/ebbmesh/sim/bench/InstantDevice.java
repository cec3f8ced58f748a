package io.ebbmesh.sim.bench;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.protocol.reading.Tensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Answers without computing: the actors' code is compiled after seconds and not, at a few hundred
 * requests a second, in the middle of what is measured.
 */
final class InstantDevice implements Device {

  private final ModelSignature signature;

  InstantDevice(ModelSignature signature) {
    this.signature = signature;
  }

  @Override
  public String kind() {
    return "instant";
  }

  @Override
  public DeviceSession open(Path file) {
    return new DeviceSession() {
      @Override
      public ModelSignature signature() {
        return signature;
      }

      @Override
      public List<Map<String, Tensor>> run(List<Map<String, Tensor>> items) {
        return Collections.nCopies(items.size(), Map.of());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}
}
