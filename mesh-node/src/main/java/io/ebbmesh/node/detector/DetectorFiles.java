package io.ebbmesh.node.detector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ebbmesh.protocol.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A detector in a folder: {@code detector.onnx}, and {@code detector.json} with the rest. */
final class DetectorFiles {

  static final String ONNX = "detector.onnx";
  static final String JSON = "detector.json";

  private static final int FORMAT = 1;
  private static final long MAX_BYTES = 16L << 20;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DetectorFiles() {}

  static void write(Path folder, TrainedDetector detector) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", FORMAT);
    ObjectNode parameters = root.putObject("parameters");
    detector.parameters().toMap().forEach(parameters::put);
    ArrayNode golden = root.putArray("golden");
    for (ModelManifest.Golden known : detector.golden()) {
      ObjectNode node = golden.addObject();
      put(node.putArray("input"), known.input());
      put(node.putArray("output"), known.output());
      node.put("tolerance", known.tolerance());
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve(ONNX), detector.onnx());
    Files.writeString(
        folder.resolve(JSON),
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a file is missing, too long, of another format, or not what it should be
   */
  static TrainedDetector read(Path folder) throws IOException {
    JsonNode root = MAPPER.readTree(bounded(folder.resolve(JSON)));
    if (root.path("format").asInt() != FORMAT) {
      throw new IOException(
          folder.resolve(JSON)
              + " has format "
              + root.path("format")
              + ", this program reads "
              + FORMAT
              + "; train the detector anew with 'ebbmesh detector train'");
    }
    Map<String, Double> parameters = new LinkedHashMap<>();
    root.path("parameters")
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asDouble()));
    List<ModelManifest.Golden> golden = new ArrayList<>();
    for (JsonNode node : root.path("golden")) {
      golden.add(
          new ModelManifest.Golden(
              floats(node.path("input")),
              floats(node.path("output")),
              (float) node.path("tolerance").asDouble()));
    }
    try {
      return new TrainedDetector(
          bounded(folder.resolve(ONNX)), DetectorParameters.ofMap(parameters), golden, 0, 0);
    } catch (IllegalArgumentException e) {
      throw new IOException(folder.resolve(JSON) + ": " + e.getMessage(), e);
    }
  }

  private static byte[] bounded(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " does not exist; 'ebbmesh detector train' makes it");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is longer than " + MAX_BYTES + " bytes: not a detector");
    }
    return Files.readAllBytes(file);
  }

  private static void put(ArrayNode array, float[] values) {
    for (float value : values) {
      array.add(value);
    }
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }
}
