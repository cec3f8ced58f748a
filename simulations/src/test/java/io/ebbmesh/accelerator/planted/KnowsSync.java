package io.ebbmesh.accelerator.planted;

import io.ebbmesh.sync.storage.Storage;

/** Planted violation: accelerators must not know the roads. */
public interface KnowsSync {
  Storage storage();
}
