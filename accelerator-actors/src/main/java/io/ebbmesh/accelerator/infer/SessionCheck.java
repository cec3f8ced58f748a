package io.ebbmesh.accelerator.infer;

import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceSession;

/** What a session must pass each time it was opened, before it serves; may block. */
@FunctionalInterface
public interface SessionCheck {

  /**
   * @throws DeviceException if the session must not serve
   */
  void check(DeviceSession session) throws DeviceException;
}
