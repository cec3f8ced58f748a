package io.ebbmesh.accelerator.infer;

import io.ebbmesh.protocol.model.ModelRelease;
import org.jspecify.annotations.Nullable;

/** The one answer to each {@link DeviceActor.Load}. */
public sealed interface LoadResult {

  /** The release that was asked for. */
  ModelRelease release();

  /** It serves from now on; requests that run on the release before it still get their answers. */
  record Loaded(ModelRelease release) implements LoadResult {}

  /**
   * It does not serve.
   *
   * @param kept the release that goes on serving, or null if there is none
   * @param message why, with the remedy
   * @param retryable whether the same file may load later, because the device and not the file is
   *     to blame
   */
  record LoadFailed(
      ModelRelease release, @Nullable ModelRelease kept, String message, boolean retryable)
      implements LoadResult {}
}
