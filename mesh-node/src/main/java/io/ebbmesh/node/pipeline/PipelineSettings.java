package io.ebbmesh.node.pipeline;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings under {@code ebbmesh.node.pipeline}; {@code reference.conf} says what each is.
 *
 * @param model name of the model that decides
 */
public record PipelineSettings(String model, Timing timing, Limits limits) {

  /** How long things take. */
  public record Timing(
      Duration inferenceTimeout,
      Duration neighbourTimeout,
      Duration retryDelay,
      Duration decideTimeout,
      Duration outboxRetryDelay,
      Duration outboxTimeout,
      Duration tick) {}

  /** What is bounded. */
  public record Limits(
      int sourceCredit, int maxSources, int maxSingles, int maxStreams, int rememberedAnswers) {}

  /**
   * Reads and checks.
   *
   * @param pipeline the object at {@code ebbmesh.node.pipeline}
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static PipelineSettings of(Config pipeline) {
    return new PipelineSettings(
        pipeline.getString("model"),
        new Timing(
            time(pipeline, "inference-timeout"),
            time(pipeline, "neighbour-timeout"),
            time(pipeline, "retry-delay"),
            time(pipeline, "decide-timeout"),
            time(pipeline, "outbox-retry-delay"),
            time(pipeline, "outbox-timeout"),
            time(pipeline, "tick")),
        new Limits(
            count(pipeline, "source-credit"),
            count(pipeline, "max-sources"),
            count(pipeline, "max-singles"),
            count(pipeline, "max-streams"),
            count(pipeline, "remembered-answers")));
  }

  private static Duration time(Config pipeline, String key) {
    Duration value = pipeline.getDuration(key);
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "ebbmesh.node.pipeline." + key + " must be longer than nothing, not " + value);
    }
    return value;
  }

  private static int count(Config pipeline, String key) {
    int value = pipeline.getInt(key);
    if (value < 1) {
      throw new IllegalArgumentException(
          "ebbmesh.node.pipeline." + key + " must be at least 1, not " + value);
    }
    return value;
  }
}
