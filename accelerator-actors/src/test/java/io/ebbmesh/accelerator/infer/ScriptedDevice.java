package io.ebbmesh.accelerator.infer;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceException.Reason;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.device.ModelSignature.Port;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Semaphore;

/**
 * A device that fails when it is told to. It gives inputs back as outputs, blocks like a real one
 * and counts what it left open.
 */
final class ScriptedDevice implements Device {

  /** An item that starts with it is refused, and so is the batch that holds it. */
  static final float POISON = -1;

  /** What goes wrong instead of a run. */
  interface Mishap {
    void happen() throws DeviceException;
  }

  private final Queue<Mishap> openMishaps = new ArrayDeque<>();
  private final Queue<Mishap> runMishaps = new ArrayDeque<>();
  private final List<Integer> batches = new ArrayList<>();
  private final Semaphore runs = new Semaphore(Integer.MAX_VALUE / 2);
  private int opened;
  private int closed;

  static Mishap failure(Reason reason, String message) {
    return () -> {
      throw new DeviceException(reason, message);
    };
  }

  synchronized void nextOpen(Mishap mishap) {
    openMishaps.add(mishap);
  }

  synchronized void nextRun(Mishap mishap) {
    runMishaps.add(mishap);
  }

  /** From now on every run blocks until it is let go. */
  void hold() {
    runs.drainPermits();
  }

  void letGo(int count) {
    runs.release(count);
  }

  synchronized List<Integer> batches() {
    return List.copyOf(batches);
  }

  synchronized int opened() {
    return opened;
  }

  synchronized int open() {
    return opened - closed;
  }

  @Override
  public String kind() {
    return "scripted";
  }

  @Override
  public DeviceSession open(Path file) throws DeviceException {
    happen(openMishaps);
    synchronized (this) {
      opened++;
    }
    return new Session();
  }

  @Override
  public void close() {}

  private void happen(Queue<Mishap> mishaps) throws DeviceException {
    Mishap mishap;
    synchronized (this) {
      mishap = mishaps.poll();
    }
    if (mishap != null) {
      mishap.happen();
    }
  }

  private final class Session implements DeviceSession {

    @Override
    public ModelSignature signature() {
      List<Port> ports = List.of(new Port("x", ElementType.FLOAT32, new long[] {-1}));
      return new ModelSignature(ports, ports, true);
    }

    @Override
    public List<Map<String, Tensor>> run(List<Map<String, Tensor>> items) throws DeviceException {
      synchronized (ScriptedDevice.this) {
        batches.add(items.size());
      }
      runs.acquireUninterruptibly();
      happen(runMishaps);
      for (Map<String, Tensor> item : items) {
        if (Objects.requireNonNull(item.get("x")).floats()[0] == POISON) {
          throw new DeviceException(Reason.BAD_INPUT, "poison");
        }
      }
      return items;
    }

    @Override
    public void close() {
      synchronized (ScriptedDevice.this) {
        closed++;
      }
    }
  }
}
