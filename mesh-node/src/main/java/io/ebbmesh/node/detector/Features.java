package io.ebbmesh.node.detector;

/**
 * What one reading looks like beside the usual of its stream.
 *
 * @param input of the model, float32 [{@value #WIDTH}]: how far the temperature is from its level,
 *     the drift of the humidity's level and that of the temperature's, all in scales
 * @param humidity how far the humidity is from its level, in scales: what the model predicts
 * @param settled false while the stream is too young to judge
 */
public record Features(float[] input, float humidity, boolean settled) {

  /** Numbers in {@code input}. */
  public static final int WIDTH = 3;

  /** Name of the model's input. */
  public static final String INPUT = "input";

  /** Name of the model's output, float32 [1]. */
  public static final String OUTPUT = "output";

  /**
   * How unusual the reading is: 1 and above is an anomaly, 0 is what was expected or too young to
   * judge.
   *
   * @param expected the model's output
   */
  public float score(float expected, DetectorParameters parameters) {
    return settled ? (float) (Math.abs(humidity - expected) / parameters.threshold()) : 0;
  }
}
