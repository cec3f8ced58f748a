package io.ebbmesh.protocol.model;

import io.ebbmesh.protocol.block.Digest;
import java.util.List;
import java.util.Map;

/**
 * What a release consists of; it is signed as a whole.
 *
 * @param release which release
 * @param variants one per kind of accelerator, at least one
 * @param parameters what the pipeline needs beside the file, such as a threshold; ordered by key
 * @param golden inputs with the outputs that they must give before the release may serve
 */
public record ModelManifest(
    ModelRelease release,
    List<Variant> variants,
    Map<String, Double> parameters,
    List<Golden> golden) {

  /**
   * The file for one kind of accelerator.
   *
   * @param accelerator kind of device, such as {@code cpu}
   * @param format file format, such as {@code onnx}
   * @param sizeBytes length of the file
   * @param digest of the whole file
   * @param chunkBytes length of each chunk but the last
   * @param chunkDigests one per chunk, in order
   */
  public record Variant(
      String accelerator,
      String format,
      long sizeBytes,
      Digest digest,
      int chunkBytes,
      List<Digest> chunkDigests) {}

  /**
   * One known answer.
   *
   * @param input float32 values of the only input, without the batch dimension
   * @param output float32 values of the first output, without the batch dimension
   * @param tolerance largest absolute difference that is still right
   */
  public record Golden(float[] input, float[] output, float tolerance) {}
}
