package io.ebbmesh.sync.link.planted;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.sync.insight.store.InsightStore;

/** Planted violation: the link lies below both roads, and sync does not know accelerators. */
public interface KnowsARoad {
  InsightStore store();

  Device device();
}
