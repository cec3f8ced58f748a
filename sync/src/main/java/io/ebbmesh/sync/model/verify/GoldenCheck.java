package io.ebbmesh.sync.model.verify;

import io.ebbmesh.protocol.model.ModelManifest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Loads a release on this node's device and runs inputs through it, beside what serves. */
@FunctionalInterface
public interface GoldenCheck {

  /**
   * Loads the file, runs the inputs and unloads it again. Returns at once; fails if the device
   * cannot load the file or run the inputs.
   *
   * @param inputs float32 values of the only input, without the batch dimension; may be empty, then
   *     the file is only loaded
   * @return float32 values of the first output for each input, in the same order
   */
  CompletionStage<List<float[]>> run(
      ModelManifest manifest, ModelManifest.Variant variant, Path file, List<float[]> inputs);
}
