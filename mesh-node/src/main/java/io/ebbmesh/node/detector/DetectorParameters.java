package io.ebbmesh.node.detector;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a release of the detector consists of beside its ONNX file: learned with it, signed with it.
 *
 * @param temperatureRate usual steady drift, degrees Celsius per reading
 * @param temperatureScale usual distance from the level, degrees Celsius
 * @param humidityRate usual steady drift, percent relative humidity per reading
 * @param humidityScale usual distance from the level, percent relative humidity
 * @param threshold distance between the humidity and the model's expectation, in scales, from which
 *     a reading is an anomaly
 */
public record DetectorParameters(
    double temperatureRate,
    double temperatureScale,
    double humidityRate,
    double humidityScale,
    double threshold) {

  public DetectorParameters {
    positive("temperature.rate", temperatureRate);
    positive("temperature.scale", temperatureScale);
    positive("humidity.rate", humidityRate);
    positive("humidity.scale", humidityScale);
    positive("threshold", threshold);
  }

  /** As manifests carry them, in a fixed order. */
  public Map<String, Double> toMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put("humidity.rate", humidityRate);
    map.put("humidity.scale", humidityScale);
    map.put("temperature.rate", temperatureRate);
    map.put("temperature.scale", temperatureScale);
    map.put("threshold", threshold);
    return map;
  }

  /**
   * From a manifest.
   *
   * @throws IllegalArgumentException if one is missing or not a positive number
   */
  public static DetectorParameters ofMap(Map<String, Double> map) {
    return new DetectorParameters(
        get(map, "temperature.rate"),
        get(map, "temperature.scale"),
        get(map, "humidity.rate"),
        get(map, "humidity.scale"),
        get(map, "threshold"));
  }

  private static double get(Map<String, Double> map, String name) {
    Double value = map.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the manifest has no parameter '" + name + "': it is no detector; publish one");
    }
    return value;
  }

  private static void positive(String name, double value) {
    if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "detector parameter '" + name + "' must be a positive number, not " + value);
    }
  }
}
