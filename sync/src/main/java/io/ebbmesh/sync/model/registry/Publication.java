package io.ebbmesh.sync.model.registry;

import io.ebbmesh.protocol.model.ModelManifest.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A release to be.
 *
 * @param model name of the model; its release number is the next one
 * @param variants a file per kind of accelerator, at least one
 * @param parameters what pipelines need beside the file
 * @param golden inputs and the outputs that they must give, at least one
 */
public record Publication(
    String model, List<VariantFile> variants, Map<String, Double> parameters, List<Golden> golden) {

  /**
   * @param accelerator kind of device, such as {@code cpu}
   * @param format such as {@code onnx}
   * @param file is read while publishing, not after
   */
  public record VariantFile(String accelerator, String format, Path file) {}
}
