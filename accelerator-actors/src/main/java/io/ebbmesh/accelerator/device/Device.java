package io.ebbmesh.accelerator.device;

import java.nio.file.Path;

/**
 * One accelerator, or one kind of it. Drivers block; the actor that owns the device does not.
 * {@link #open} may be called by several threads at once.
 */
public interface Device extends AutoCloseable {

  /** Kind as manifests name it, such as {@code cpu}. */
  String kind();

  /**
   * Loads a model. Several sessions of one model may be open ("instances").
   *
   * @param file model in a format of this device
   * @throws DeviceException if the file cannot be loaded
   */
  DeviceSession open(Path file) throws DeviceException;

  /** Releases the device; all sessions are closed by then. */
  @Override
  void close();
}
