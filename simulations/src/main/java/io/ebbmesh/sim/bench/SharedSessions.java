package io.ebbmesh.sim.bench;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.device.onnx.OnnxSession;
import io.ebbmesh.protocol.reading.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Lends sessions that are open already, so that both loops run the very same ones. */
final class SharedSessions implements Device {

  private final List<OnnxSession> sessions;
  private final AtomicInteger lent = new AtomicInteger();

  SharedSessions(List<OnnxSession> sessions) {
    this.sessions = sessions;
  }

  @Override
  public String kind() {
    return "cpu";
  }

  @Override
  public DeviceSession open(Path file) throws DeviceException {
    int next = lent.getAndIncrement();
    if (next >= sessions.size()) {
      throw new DeviceException(
          DeviceException.Reason.FAILED, "all " + sessions.size() + " sessions are lent");
    }
    return new Lent(sessions.get(next));
  }

  @Override
  public void close() {}

  private record Lent(OnnxSession session) implements DeviceSession {

    @Override
    public ModelSignature signature() {
      return session.signature();
    }

    @Override
    public List<Map<String, Tensor>> run(List<Map<String, Tensor>> items) throws DeviceException {
      return session.run(items);
    }

    @Override
    public void close() {}
  }
}
